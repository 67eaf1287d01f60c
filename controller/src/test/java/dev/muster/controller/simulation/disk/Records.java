package dev.muster.controller.simulation.disk;

import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.model.RecordFormat;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.simulation.invariant.Violation;
import dev.muster.controller.simulation.invariant.Witness;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.store.Change;
import dev.muster.controller.store.Entry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The records as they are on the disk, read back as the next controller will read them. */
public final class Records {

    private final RecordFormat format = new ProtobufFormat();
    private final Map<String, JobRecord> jobs = new HashMap<>();
    private final Map<String, PlacementRecord> placements = new HashMap<>();
    private final Witness witness;
    private long leaderTerm;

    Records(Witness witness) {
        this.witness = witness;
    }

    /** Reads what one transaction changed. */
    void read(Iterable<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.Stored stored) {
                read(stored.entry());
            } else {
                forget(change.key());
            }
        }
        witness.transactionStored();
    }

    private void read(Entry entry) {
        String key = entry.key();
        byte[] again;
        try {
            again = readAndWrite(key, entry.value());
        } catch (RuntimeException unreadable) {
            throw new Violation("RecordsDecode", key + " cannot be read back: " + unreadable.getMessage());
        }
        if (!Arrays.equals(again, entry.value())) {
            throw new Violation("RecordsDecode", key + " reads as something else than was written");
        }
        tell(key, entry.value(), entry.modRevision());
    }

    private byte[] readAndWrite(String key, byte[] value) {
        if (key.startsWith(StoreKeys.JOBS)) {
            return format.encode(format.job(key, value));
        } else if (key.startsWith(StoreKeys.PLACEMENTS)) {
            return format.encode(format.placement(key, value));
        } else if (key.startsWith(StoreKeys.EVENTS)) {
            return format.encode(format.event(key, value));
        } else if (key.startsWith(StoreKeys.LEDGERS)) {
            return format.encode(format.ledger(key, value));
        } else if (key.startsWith(StoreKeys.NODES)) {
            return format.encode(format.node(key, value));
        } else if (key.startsWith(StoreKeys.GOODPUT)) {
            return format.encode(format.goodput(key, value));
        }
        return value;
    }

    private void tell(String key, byte[] value, long modRevision) {
        if (key.equals(StoreKeys.LEADER)) {
            lead(modRevision);
        } else if (key.startsWith(StoreKeys.JOBS)) {
            JobRecord job = format.job(key, value);
            witness.stored(Optional.ofNullable(jobs.put(key, job)), job);
        } else if (key.startsWith(StoreKeys.PLACEMENTS)) {
            PlacementRecord placement = format.placement(key, value);
            witness.stored(Optional.ofNullable(placements.put(key, placement)), placement);
        } else if (key.startsWith(StoreKeys.LEDGERS)) {
            witness.stored(key.substring(StoreKeys.LEDGERS.length()), format.ledger(key, value));
        } else if (key.startsWith(StoreKeys.GOODPUT)) {
            witness.stored(key.substring(StoreKeys.GOODPUT.length()), format.goodput(key, value));
        }
    }

    private void lead(long term) {
        leaderTerm = term;
        witness.leads(term);
    }

    private void forget(String key) {
        if (key.equals(StoreKeys.LEADER)) {
            lead(0);
        }
        Optional.ofNullable(jobs.remove(key)).ifPresent(witness::removed);
        placements.remove(key);
    }

    /** Jobs by their key in the store. */
    public Map<String, JobRecord> jobs() {
        return jobs;
    }

    /** Of whoever leads by what is stored; 0: of nobody. */
    public long leaderTerm() {
        return leaderTerm;
    }
}
