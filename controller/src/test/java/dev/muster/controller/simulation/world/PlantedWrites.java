package dev.muster.controller.simulation.world;

import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.simulation.control.Wiring;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A planted bug: something else is handed to the store than was decided. */
record PlantedWrites(UnaryOperator<List<StoreWrite>> spoil) implements Wiring {

    /** Jobs are written so that nobody can read them. */
    static PlantedWrites garbled() {
        return new PlantedWrites(writes -> writes.stream()
                .map(write -> write instanceof Put put && isJob(put) ? new Put(put.key(), longer(put.value())) : write)
                .toList());
    }

    private static byte[] longer(byte[] value) {
        byte[] longer = Arrays.copyOf(value, value.length + 1);
        longer[value.length] = 7;
        return longer;
    }

    /** Keys of one kind are not written. */
    static PlantedWrites without(String prefix) {
        return new PlantedWrites(writes ->
                writes.stream().filter(write -> !write.key().startsWith(prefix)).toList());
    }

    /** Every fourth time that a job is written it is written as it was at first. */
    static PlantedWrites forgetful() {
        Map<String, Put> first = new HashMap<>();
        Map<String, Integer> times = new HashMap<>();
        return new PlantedWrites(writes -> writes.stream()
                .map(write -> {
                    if (!(write instanceof Put put) || !isJob(put)) {
                        return write;
                    }
                    first.putIfAbsent(put.key(), put);
                    return times.merge(put.key(), 1, Integer::sum) % 4 == 0 ? first.get(put.key()) : put;
                })
                .toList());
    }

    /** A job that has ended is a little later written as it was at first. */
    static PlantedWrites raisingTheDead() {
        Map<String, Put> first = new HashMap<>();
        List<Put> raised = new ArrayList<>();
        ProtobufFormat format = new ProtobufFormat();
        return new PlantedWrites(writes -> {
            List<StoreWrite> all = new ArrayList<>(writes);
            for (Put put : raised) {
                if (writes.stream().noneMatch(write -> write.key().equals(put.key()))) {
                    all.add(put);
                }
            }
            raised.clear();
            for (StoreWrite write : writes) {
                if (write instanceof Put put && isJob(put)) {
                    first.putIfAbsent(put.key(), put);
                    if (format.job(put.key(), put.value()).phase().isTerminal()) {
                        raised.add(first.getOrDefault(put.key(), put));
                    }
                }
            }
            return all;
        });
    }

    private static boolean isJob(Put put) {
        return put.key().startsWith(StoreKeys.JOBS);
    }

    @Override
    public Transaction written(Transaction decided) {
        return new Transaction(decided.conditions(), spoil.apply(decided.writes()));
    }
}
