"""The workbench: articles, rule files and what a change does, side by side in the browser."""
