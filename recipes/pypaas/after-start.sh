# The sites come back after an upgrade or a new installation. One that nginx refuses is told, and stops nothing.
pypaas-web || true
