-- No restriction lies beyond this from a plot, whichever way the lines lie within their accuracies:
-- a window of fixed width missed coarse layers, and called what they may touch "not affected".
CREATE INDEX restriction_accuracy_ix ON restriction (accuracy_m);
CREATE FUNCTION slack_reach(plot_accuracy_m double precision) RETURNS double precision
STABLE LANGUAGE sql AS $$
    SELECT 1.02 * (coalesce(plot_accuracy_m, 0) + greatest(
        0, (SELECT max(accuracy_m) FROM layer_load), (SELECT max(accuracy_m) FROM restriction)))
$$;
CREATE INDEX plot_lineage_parent_ix ON plot_lineage (parent_id);
