package dev.muster.cli.simulation;

import dev.muster.cli.output.Console;
import dev.muster.cli.output.Fields;
import dev.muster.cli.output.Rendering;
import dev.muster.cli.output.Table;
import dev.muster.cli.output.Table.Column;
import dev.muster.scheduler.simulation.TraceSummary;
import java.util.List;
import java.util.Locale;

/** A simulated trace in numbers. */
public record TraceSummaryRendering(TraceSummary summary) implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        Table table = new Table(Column.left("WHAT"), Column.right("VALUE"));
        table.row("jobs", summary.jobs());
        table.row("jobs that waited", summary.queuedJobs());
        table.row("average completion, s", decimals(summary.avgJctSeconds()));
        table.row("average wait, s", decimals(summary.avgQueueSeconds()));
        table.row("median wait, s", summary.p50QueueSeconds());
        table.row("90th percentile of waits, s", summary.p90QueueSeconds());
        table.row("99th percentile of waits, s", summary.p99QueueSeconds());
        table.row("longest wait, s", summary.maxQueueSeconds());
        table.row("makespan, s", summary.makespanSeconds());
        table.row("utilization", decimals(summary.utilization() * 100) + " %");
        table.row("preemptions", summary.preemptions());
        table.row("decisions", summary.decisions());
        table.row("decisions a second", decimals(summary.decisionsPerSecond()));
        table.row("median decision, us", decimals(summary.decisionMicros().p50()));
        table.row(
                "99th percentile of decisions, us",
                decimals(summary.decisionMicros().p99()));
        table.row("simulated in, s", decimals(summary.wallSeconds()));
        table.print(console, wide);
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    @Override
    public Fields fields() {
        return new Fields()
                .number("jobs", summary.jobs())
                .number("avgJctSeconds", summary.avgJctSeconds())
                .number("avgQueueSeconds", summary.avgQueueSeconds())
                .number("p50QueueSeconds", summary.p50QueueSeconds())
                .number("p90QueueSeconds", summary.p90QueueSeconds())
                .number("p99QueueSeconds", summary.p99QueueSeconds())
                .number("maxQueueSeconds", summary.maxQueueSeconds())
                .number("queuedJobs", summary.queuedJobs())
                .number("makespanSeconds", summary.makespanSeconds())
                .number("utilization", summary.utilization())
                .number("preemptions", summary.preemptions())
                .number("decisions", summary.decisions())
                .number("decisionsPerSecond", summary.decisionsPerSecond())
                .object(
                        "decisionMicros",
                        new Fields()
                                .number("p50", summary.decisionMicros().p50())
                                .number("p99", summary.decisionMicros().p99())
                                .number("max", summary.decisionMicros().max()))
                .number("wallSeconds", summary.wallSeconds());
    }

    @Override
    public List<String> names() {
        return List.of();
    }
}
