"""The planners' desk: what a change of the rule book does, before it is published."""
