/* Opens the entry or note that a link leads to in place, beside the link. Without this script, or with a key held down,
   the link leads there. The dialog is closed by Escape, by its button, and by a click beside it. */
(function () {
  "use strict";
  var word = function (name, otherwise) { return document.body.dataset[name] || otherwise; };
  var dialog = null, opener = null;

  function made() {
    dialog = document.createElement("div");
    dialog.className = "aside";
    dialog.setAttribute("popover", "auto");
    dialog.setAttribute("role", "dialog");
    dialog.tabIndex = -1;
    dialog.addEventListener("toggle", function (event) {
      if (event.newState === "closed" && opener) {
        opener.removeAttribute("aria-expanded");
        if (dialog.contains(document.activeElement) || document.activeElement === document.body) {
          opener.focus({ preventScroll: true });
        }
        opener = null;
      }
    });
  }

  function fill(target, link) {
    var copy = target.cloneNode(true), body = document.createElement("div"), foot = document.createElement("p");
    copy.querySelectorAll(".cited-at, .back, .qr").forEach(function (one) { one.remove(); });
    copy.querySelectorAll("[id]").forEach(function (one) { one.removeAttribute("id"); });
    body.className = copy.className + (target.closest(".marked") ? " marked" : "");
    body.append.apply(body, Array.from(copy.childNodes));
    foot.className = "aside-foot";
    var there = document.createElement("a"), close = document.createElement("button");
    there.href = link.getAttribute("href");
    there.textContent = word("inList", "Show in the list");
    there.addEventListener("click", function () { opener = null; dialog.hidePopover(); });
    close.type = "button";
    close.textContent = word("close", "Close");
    close.addEventListener("click", function () { dialog.hidePopover(); });
    foot.append(there, close);
    dialog.replaceChildren(body, foot);
    dialog.setAttribute("aria-label", link.textContent.trim() || word("inList", "Show in the list"));
  }

  function place(link) {
    var box = link.getBoundingClientRect(), width = document.documentElement.clientWidth;
    dialog.style.left = Math.max(8, Math.min(box.left - 24, width - dialog.offsetWidth - 8)) + "px";
    var below = box.bottom + 8, above = box.top - dialog.offsetHeight - 8;
    dialog.style.top = (below + dialog.offsetHeight > window.innerHeight && above > 0 ? above : below) + "px";
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a.cite, a.note-ref");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) { return; }
    var target = document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
    if (!target || !("popover" in HTMLElement.prototype)) { return; }
    event.preventDefault();
    if (!dialog) { made(); }
    if (!dialog.isConnected) { document.querySelector("main").append(dialog); }
    fill(target, link);
    dialog.showPopover();
    opener = link;
    link.setAttribute("aria-expanded", "true");
    place(link);
    dialog.focus({ preventScroll: true });
  });
  document.querySelectorAll(".contents details").forEach(function (one) {
    one.open = window.matchMedia("(min-width: 76rem)").matches;  // it stands beside the text only there
  });
  window.addEventListener("resize", function () { if (dialog && opener) { place(opener); } });
})();
