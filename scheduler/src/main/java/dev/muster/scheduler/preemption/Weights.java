package dev.muster.scheduler.preemption;

import dev.muster.scheduler.job.ResourceVector;
import java.util.Map;

/** How much of what a pod asks for an item frees. */
final class Weights {

    private final ResourceVector perPod;

    Weights(ResourceVector perPod) {
        this.perPod = perPod;
    }

    /** Lost work by pods' worth of resources that an item frees in a region; infinite when it frees nothing that helps. */
    double costOfWeight(Item item, Region region) {
        double weight = 0;
        for (Item.Release release : item.releases()) {
            if (region.contains(release.host())) {
                weight += pods(release.amounts());
            }
        }
        return weight == 0 ? Double.POSITIVE_INFINITY : item.lostMillis() / weight;
    }

    private double pods(ResourceVector amounts) {
        double pods = 0;
        for (Map.Entry<String, Long> wanted : perPod.amounts().entrySet()) {
            pods += (double) amounts.amount(wanted.getKey()) / wanted.getValue();
        }
        return pods;
    }
}
