package dev.muster.controller.tool;

import dev.muster.controller.goodput.Bucket;
import dev.muster.controller.reliability.EttrFormulas;
import dev.muster.controller.reliability.ReliabilityOutcome;
import dev.muster.controller.reliability.ReliabilitySettings;
import java.util.Locale;

/** A run as a table with bars for people, and as a document for scripts. */
record ReliabilityPicture(ReliabilityOutcome outcome, long seed) {

    private static final int RATIO_DIGITS = 6;
    private static final String RESET = "\u001b[0m";
    private static final double MILLIS_PER_DAY = 86_400_000.0;

    ToolDocument document() {
        EttrFormulas formulas = outcome.formulas();
        ToolDocument buckets = new ToolDocument();
        for (Bucket bucket : Bucket.values()) {
            buckets.seconds(bucket.label(), outcome.report().buckets().amount(bucket));
        }
        return new ToolDocument()
                .number("ettr", outcome.ettr(), RATIO_DIGITS)
                .number("ettrFormula", formulas.approximation(), RATIO_DIGITS)
                .number("ettrExact", formulas.exact(), RATIO_DIGITS)
                .number("mttfHours", formulas.mttfHours(), RATIO_DIGITS)
                .number("failures", outcome.failures())
                .object("buckets", buckets)
                .number("attempts", outcome.attempts())
                .seconds("queuedSeconds", outcome.report().queuedMillis())
                .seconds("allocatedAcceleratorSeconds", outcome.report().allocated())
                .number("bestCheckpointIntervalSeconds", formulas.bestInterval().toMillis() / 1000.0, 1)
                .number("seed", seed);
    }

    String table(boolean colours) {
        StringBuilder text = new StringBuilder();
        ReliabilitySettings settings = outcome.settings();
        text.append(String.format(
                Locale.ROOT,
                "%,d hosts of %d, %.1f days: %,d failures (one in %.2f h), %,d attempts%n%n",
                settings.hosts(),
                settings.acceleratorsPerHost(),
                settings.span().toMillis() / MILLIS_PER_DAY,
                outcome.failures(),
                outcome.formulas().mttfHours(),
                outcome.attempts()));
        text.append(String.format(Locale.ROOT, "%-14s %22s  %7s%n", "BUCKET", "ACCELERATOR-HOURS", "SHARE"));
        long allocated = outcome.report().allocated();
        for (Bucket bucket : Bucket.values()) {
            long amount = outcome.report().buckets().amount(bucket);
            double share = allocated == 0 ? 0 : (double) amount / allocated;
            String bar = Bars.of(share);
            text.append(String.format(
                    Locale.ROOT,
                    "%-14s %,22.1f  %6.2f%%  %s%n",
                    bucket.label(),
                    hours(amount),
                    100 * share,
                    colours ? colour(bucket) + bar + RESET : bar));
        }
        text.append(String.format(Locale.ROOT, "%-14s %,22.1f%n%n", "allocated", hours(allocated)));
        return text.append(ratios()).toString().replaceAll(" +\n", "\n");
    }

    private String ratios() {
        EttrFormulas formulas = outcome.formulas();
        return String.format(
                Locale.ROOT,
                "effective training time ratio %.4f; exact formula %.4f, approximation %.4f%n"
                        + "queued %.1f h; best checkpoint interval %.1f min; seed %d%n",
                outcome.ettr(),
                formulas.exact(),
                formulas.approximation(),
                hours(outcome.report().queuedMillis()),
                formulas.bestInterval().toMillis() / 60_000.0,
                seed);
    }

    private static double hours(long millis) {
        return millis / 3_600_000.0;
    }

    private static String colour(Bucket bucket) {
        return switch (bucket) {
            case PRODUCTIVE -> "\u001b[32m";
            case RECOMPUTING, HUNG, UNKNOWN -> "\u001b[31m";
            case STARTING, RESTORING, CHECKPOINTING, IDLE_SPARE, DRAINING -> "\u001b[33m";
        };
    }
}
