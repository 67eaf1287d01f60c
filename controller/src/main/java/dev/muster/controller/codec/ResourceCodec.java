package dev.muster.controller.codec;

import dev.muster.proto.v1.Resources;
import dev.muster.scheduler.job.ResourceVector;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Amounts of resources: the usual three have fields of their own, others go by name. */
final class ResourceCodec {

    private static final Set<String> WITH_FIELDS =
            Set.of(ResourceVector.ACCELERATORS, ResourceVector.CPU_MILLIS, ResourceVector.MEMORY_BYTES);

    private ResourceCodec() {}

    static Resources write(ResourceVector vector) {
        Resources.Builder resources = Resources.newBuilder()
                .setAccelerators(vector.amount(ResourceVector.ACCELERATORS))
                .setCpuMillis(vector.amount(ResourceVector.CPU_MILLIS))
                .setMemoryBytes(vector.amount(ResourceVector.MEMORY_BYTES));
        for (Map.Entry<String, Long> entry : vector.amounts().entrySet()) {
            if (!WITH_FIELDS.contains(entry.getKey())) {
                resources.putOthers(entry.getKey(), entry.getValue());
            }
        }
        return resources.build();
    }

    static ResourceVector read(String field, Resources resources, Problems problems) {
        TreeMap<String, Long> amounts = new TreeMap<>();
        if (problems.bounded(field, resources.getOthersCount(), Bounds.RESOURCES)) {
            resources.getOthersMap().forEach((name, amount) -> {
                String sound = problems.required(field, name, Bounds.NAME_LENGTH);
                if (!sound.isEmpty() && !WITH_FIELDS.contains(sound)) {
                    amounts.put(sound, problems.notNegative(field + "." + sound, (long) amount));
                }
            });
        }
        amounts.put(
                ResourceVector.ACCELERATORS,
                problems.notNegative(field + ".accelerators", resources.getAccelerators()));
        amounts.put(ResourceVector.CPU_MILLIS, problems.notNegative(field + ".cpus", resources.getCpuMillis()));
        amounts.put(ResourceVector.MEMORY_BYTES, problems.notNegative(field + ".memory", resources.getMemoryBytes()));
        return new ResourceVector(amounts);
    }
}
