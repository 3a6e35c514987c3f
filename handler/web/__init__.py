"""What all pages of the console share: layout, macros, styles, error pages. `layout.install(app)` is the one door."""
