"""OGC API - Features and Tiles over the register: what QGIS and GDAL read."""
