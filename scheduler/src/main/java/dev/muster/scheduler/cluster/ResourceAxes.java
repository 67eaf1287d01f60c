package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import java.util.Map;
import java.util.TreeMap;

/** Gives each resource name a place in an array, so that hosts are compared without looking names up. */
final class ResourceAxes {

    private static final int MAX_RESOURCES = 64;

    private final Map<String, Integer> axes = new TreeMap<>();
    private ResourceVector lastVector = ResourceVector.ZERO;
    private long[] lastAmounts = {};

    ResourceAxes() {
        // The order in which rooms are compared: accelerators are what is scarce.
        axisOf(ResourceVector.ACCELERATORS);
        axisOf(ResourceVector.CPU_MILLIS);
        axisOf(ResourceVector.MEMORY_BYTES);
    }

    /** The place of a resource. */
    int axis(String resource) {
        return axisOf(resource);
    }

    int axisOf(String resource) {
        Integer known = axes.get(resource);
        if (known != null) {
            return known;
        }
        if (axes.size() == MAX_RESOURCES) {
            throw new IllegalArgumentException("resource " + resource + " is one name too many; a cluster has at most "
                    + MAX_RESOURCES + " kinds of resources");
        }
        axes.put(resource, axes.size());
        return axes.size() - 1;
    }

    /**
     * The amounts by axis, to be read only; axes past the end are zero. The pods of a gang ask for the very same one after the other;
     * comparing the contents would cost what remembering saves.
     */
    @SuppressWarnings("ReferenceEquality")
    long[] amounts(ResourceVector vector) {
        if (vector != lastVector) {
            lastAmounts = byAxis(vector);
            lastVector = vector;
        }
        return lastAmounts;
    }

    private long[] byAxis(ResourceVector vector) {
        int end = 0;
        for (String resource : vector.amounts().keySet()) {
            end = Math.max(end, axisOf(resource) + 1);
        }
        long[] amounts = new long[end];
        vector.amounts().forEach((resource, amount) -> amounts[axisOf(resource)] = amount);
        return amounts;
    }
}
