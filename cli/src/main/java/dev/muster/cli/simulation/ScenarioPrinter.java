package dev.muster.cli.simulation;

import dev.muster.cli.output.Console;
import dev.muster.cli.output.OutputFormat;
import dev.muster.cli.output.Table;
import dev.muster.cli.output.Table.Column;
import dev.muster.scheduler.simulation.ScenarioOutcome;
import dev.muster.scheduler.simulation.ScenarioOutcome.JobOutcome;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What became of scenarios: JSON as scripts expect it, or a table for people. */
public final class ScenarioPrinter {

    private ScenarioPrinter() {}

    public static void print(List<ScenarioOutcome> outcomes, Console console, OutputFormat format) {
        switch (format) {
            case JSON, YAML -> console.printSafe(ScenarioOutcome.toJson(outcomes) + "\n");
            case NAME -> outcomes.forEach(outcome -> console.line("{}", outcome.id()));
            case TABLE, WIDE -> table(outcomes).print(console, format == OutputFormat.WIDE);
        }
    }

    private static Table table(List<ScenarioOutcome> outcomes) {
        Table table = new Table(
                Column.left("SCENARIO"),
                Column.left("JOB"),
                Column.left("STATE"),
                Column.right("STARTED"),
                Column.right("EXPECTED"),
                Column.right("PODS"),
                Column.right("HOSTS"),
                Column.right("EVICTED"),
                Column.left("REASON"));
        for (ScenarioOutcome outcome : outcomes) {
            outcome.jobs()
                    .forEach((name, job) -> table.row(
                            outcome.id(),
                            name,
                            job.state(),
                            seconds(job.startedAt()),
                            seconds(job.explanation()
                                    .flatMap(why -> why.expectedStartAt())
                                    .map(moment -> moment.getEpochSecond())),
                            job.placement().size(),
                            hosts(job),
                            job.evictions(),
                            job.explanation().map(why -> why.rejection().text()).orElse("")));
        }
        return table;
    }

    private static String seconds(Optional<Long> moment) {
        return moment.map(at -> at + " s").orElse("-");
    }

    private static int hosts(JobOutcome job) {
        Set<String> hosts = new LinkedHashSet<>();
        job.placement().forEach(pod -> hosts.add(pod.host()));
        return hosts.size();
    }
}
