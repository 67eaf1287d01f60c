package dev.muster.controller.kubernetes.nodes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a pod holds of its node, as Kubernetes counts it: the larger of what its containers need together and what each init
 * container needs beside the sidecars that began before it, or what is asked for the pod as a whole; and the overhead of its runtime.
 * Of a container that is resized in place the larger of the wish and what it has.
 *
 * <p>Units: {@code cpu} in thousandths of a core, everything else in its own unit, rounded up.
 */
final class PodRequests {

    static final String CPU = "cpu";
    static final String MEMORY = "memory";
    private static final String ALWAYS = "Always";
    /** More than any host has, and so little that thousands of nonsensical requests still add up without overflow. */
    private static final BigDecimal MOST = BigDecimal.valueOf(1L << 50);

    private PodRequests() {}

    static SortedMap<String, Long> of(Pod pod) {
        PodSpec spec = pod.getSpec();
        Map<String, ContainerStatus> statuses = statuses(pod);
        SortedMap<String, Long> running = new TreeMap<>();
        SortedMap<String, Long> starting = new TreeMap<>();
        SortedMap<String, Long> sidecars = new TreeMap<>();
        for (Container container : spec.getInitContainers()) {
            SortedMap<String, Long> own = amounts(container, statuses);
            if (ALWAYS.equals(container.getRestartPolicy())) {
                add(sidecars, own);
                raise(starting, sidecars);
            } else {
                SortedMap<String, Long> beside = new TreeMap<>(sidecars);
                add(beside, own);
                raise(starting, beside);
            }
        }
        for (Container container : spec.getContainers()) {
            add(running, amounts(container, statuses));
        }
        add(running, sidecars);
        raise(running, starting);
        running.putAll(amounts(spec.getResources()));
        add(running, amounts(spec.getOverhead()));
        return running;
    }

    private static Map<String, ContainerStatus> statuses(Pod pod) {
        Map<String, ContainerStatus> statuses = new TreeMap<>();
        if (pod.getStatus() != null) {
            pod.getStatus().getContainerStatuses().forEach(status -> statuses.put(status.getName(), status));
            pod.getStatus().getInitContainerStatuses().forEach(status -> statuses.put(status.getName(), status));
        }
        return statuses;
    }

    private static SortedMap<String, Long> amounts(Container container, Map<String, ContainerStatus> statuses) {
        SortedMap<String, Long> amounts = amounts(container.getResources());
        ContainerStatus status = statuses.get(container.getName());
        if (status != null) {
            raise(amounts, amounts(status.getAllocatedResources()));
            raise(amounts, amounts(status.getResources()));
        }
        return amounts;
    }

    private static SortedMap<String, Long> amounts(@Nullable ResourceRequirements resources) {
        return amounts(resources == null ? null : resources.getRequests());
    }

    static SortedMap<String, Long> amounts(@Nullable Map<String, Quantity> quantities) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        Optional.ofNullable(quantities)
                .orElse(Map.of())
                .forEach((name, quantity) -> amounts.put(name, amount(name, quantity, RoundingMode.CEILING)));
        return amounts;
    }

    /** What a node has is rounded down, so that never more is given away than there is. */
    static SortedMap<String, Long> allocatable(@Nullable Map<String, Quantity> quantities) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        Optional.ofNullable(quantities)
                .orElse(Map.of())
                .forEach((name, quantity) -> amounts.put(name, amount(name, quantity, RoundingMode.FLOOR)));
        return amounts;
    }

    private static long amount(String name, Quantity quantity, RoundingMode rounding) {
        BigDecimal exact = quantity.getNumericalAmount();
        BigDecimal inUnit = name.equals(CPU) ? exact.movePointRight(3) : exact;
        return inUnit.setScale(0, rounding).min(MOST).max(BigDecimal.ZERO).longValueExact();
    }

    static void add(SortedMap<String, Long> sum, Map<String, Long> more) {
        more.forEach((name, amount) -> sum.merge(name, amount, Long::sum));
    }

    private static void raise(SortedMap<String, Long> highest, Map<String, Long> other) {
        List.copyOf(other.entrySet()).forEach(entry -> highest.merge(entry.getKey(), entry.getValue(), Math::max));
    }
}
