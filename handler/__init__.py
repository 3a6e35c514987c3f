"""The console: the private application in which handlers open reports and answer them."""
