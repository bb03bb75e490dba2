DROP FUNCTION slack_reach;
DROP INDEX restriction_accuracy_ix, plot_lineage_parent_ix;
