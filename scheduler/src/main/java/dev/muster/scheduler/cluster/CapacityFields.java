package dev.muster.scheduler.cluster;

import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.job.JobLimits;
import dev.muster.scheduler.job.Quantity;
import dev.muster.scheduler.job.ResourceVector;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the resources of hosts and queues. */
final class CapacityFields {

    private CapacityFields() {}

    /** The resources that are given, also those that are zero. */
    static SortedMap<String, Long> amounts(Fields fields, int mostAccelerators) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        put(
                amounts,
                ResourceVector.ACCELERATORS,
                fields.wholeNumber("accelerators", 0, mostAccelerators).map(Integer::longValue));
        put(amounts, ResourceVector.CPU_MILLIS, fields.parsed("cpus", Quantity.CPU_EXAMPLE, Quantity::cpuMillis));
        put(
                amounts,
                ResourceVector.MEMORY_BYTES,
                fields.parsed("memory", Quantity.MEMORY_EXAMPLE, Quantity::memoryBytes));
        return amounts;
    }

    static ResourceVector ofHost(Fields host) {
        return new ResourceVector(amounts(host, JobLimits.MAX_ACCELERATORS_PER_HOST));
    }

    private static void put(SortedMap<String, Long> amounts, String resource, Optional<Long> amount) {
        amount.ifPresent(value -> amounts.put(resource, value));
    }
}
