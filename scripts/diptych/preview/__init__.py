"""The reviews of a project in the browser, set anew whenever a file that they are made of changes."""
