package dev.muster.controller.operations;

import dev.muster.controller.goodput.Bucket;
import dev.muster.controller.goodput.Goodput;
import dev.muster.controller.goodput.GoodputReport;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Goodput reports as answers. */
final class GoodputViews {

    private static final List<String> ORDER =
            Arrays.stream(Bucket.values()).map(Bucket::label).toList();

    private GoodputViews() {}

    static Views.Goodput of(String scope, Goodput goodput) {
        GoodputReport report = goodput.report();
        SortedMap<String, Long> amounts = new TreeMap<>();
        for (Bucket bucket : Bucket.values()) {
            amounts.put(bucket.label(), report.buckets().amount(bucket));
        }
        return new Views.Goodput(
                scope,
                amounts,
                ORDER,
                report.allocated(),
                report.queuedMillis(),
                report.queuedAcceleratorMillis(),
                report.effectiveTrainingTimeRatio().orElse(0),
                goodput.lastHourRatio(),
                report.sufferedAcceleratorMillis(),
                report.causedAcceleratorMillis());
    }
}
