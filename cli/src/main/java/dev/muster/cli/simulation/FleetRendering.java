package dev.muster.cli.simulation;

import dev.muster.cli.output.Console;
import dev.muster.cli.output.Fields;
import dev.muster.cli.output.Rendering;
import dev.muster.cli.output.Table;
import dev.muster.cli.output.Table.Column;
import dev.muster.scheduler.placement.PlacementScore.LevelScore;
import dev.muster.scheduler.simulation.Percentiles;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/** How fast gangs are placed on a fleet. */
public record FleetRendering(FleetSpeed.Outcome outcome) implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        console.line(
                "{} hosts, {} accelerators, {} % in use; a gang of {} hosts",
                outcome.hosts(),
                outcome.accelerators(),
                Math.round(outcome.settings().fill() * 100),
                outcome.settings().gangHosts());
        Table times = new Table(
                Column.left("WHAT"), Column.right("MEDIAN US"), Column.right("P99 US"), Column.right("MAX US"));
        times.row(
                "place",
                micros(outcome.placeNanos(), 50),
                micros(outcome.placeNanos(), 99),
                micros(outcome.placeNanos(), 100));
        times.row(
                "refuse",
                micros(outcome.rejectNanos(), 50),
                micros(outcome.rejectNanos(), 99),
                micros(outcome.rejectNanos(), 100));
        times.print(console, wide);
        Table levels = new Table(
                Column.left("LEVEL"),
                Column.right("DOMAINS USED"),
                Column.right("LOWER BOUND"),
                Column.right("CUT EDGES"));
        for (LevelScore level : outcome.placement().score().levels()) {
            levels.row(level.level(), level.domains(), level.lowerBound(), level.cutEdges());
        }
        levels.print(console, wide);
        console.line("heap {} MiB", outcome.heapMebibytes());
    }

    private static String micros(Percentiles nanos, int percent) {
        return String.format(Locale.ROOT, "%.1f", nanos.at(percent) / 1e3);
    }

    @Override
    public Fields fields() {
        return new Fields()
                .number("hosts", outcome.hosts())
                .number("accelerators", outcome.accelerators())
                .number("gangHosts", outcome.settings().gangHosts())
                .object("placeMicros", times(outcome.placeNanos()))
                .object("rejectMicros", times(outcome.rejectNanos()))
                .object("domainsUsed", levels(LevelScore::domains))
                .object("lowerBoundDomainsUsed", levels(LevelScore::lowerBound))
                .number("heapMiB", outcome.heapMebibytes());
    }

    private static Fields times(Percentiles nanos) {
        return new Fields()
                .number("p50", nanos.at(50) / 1e3)
                .number("p99", nanos.at(99) / 1e3)
                .number("max", nanos.max() / 1e3);
    }

    private Fields levels(ToIntFunction<LevelScore> value) {
        Fields fields = new Fields();
        outcome.placement().score().levels().forEach(level -> fields.number(level.level(), value.applyAsInt(level)));
        return fields;
    }

    @Override
    public List<String> names() {
        return outcome.placement().hosts();
    }
}
