"""Templates that reach for what is not theirs."""

from __future__ import annotations

TEMPLATES = {
    "class of a text": "{{ ''.__class__.__mro__ }}",
    "globals of a function": "{{ content.__init__.__globals__ }}",
    "class by attr": "{{ ''|attr('__class__') }}",
    "class by format": "{{ '{0.__class__.__mro__}'.format('') }}",
    "import": "{% import '/etc/passwd' as x %}",
    "include by path": "{% include '/etc/passwd' %}",
    "include by ../": "{% include '../../secret.txt' %}",
    "extends by path": "{% extends '{secret}' %}",
    "builtins": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "code of a macro": "{% macro m() %}{% endmacro %}{{ m.__call__.__func__.__code__ }}",
    "change of a list": "{{ content.items.clear() }}",
    "range without end": "{% for n in range(10**9) %}x{% endfor %}",
    "recursion without end": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "text of a terabyte": "{{ 'x' * 10**12 }}",
    "padding of a terabyte": "{{ '%1000000000000d' % 1 }}",
    "call of nothing": "{{ self._TemplateReference__context.environment }}",
}
