"""RegBatch Desktop: restaurants from sales lead to live online shop."""

__version__ = "0.1.0"
