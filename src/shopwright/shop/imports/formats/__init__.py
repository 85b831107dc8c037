"""Kinds of exports, one file for each; `FORMATS` lists them, the more special first."""
