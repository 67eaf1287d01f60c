package dev.muster.controller.store;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what a watch delivers. */
public final class RecordingListener implements WatchListener {

    private final List<List<Change>> batches = new CopyOnWriteArrayList<>();
    private final List<StoreException> failures = new CopyOnWriteArrayList<>();
    private volatile OptionalLong compacted = OptionalLong.empty();

    @Override
    public void onChanges(List<Change> changes) {
        batches.add(changes);
    }

    @Override
    public void onCompacted(long oldestRevision) {
        compacted = OptionalLong.of(oldestRevision);
    }

    @Override
    public void onFailure(StoreException reason) {
        failures.add(reason);
    }

    public List<List<Change>> batches() {
        return batches;
    }

    /** All changes as {@code revision+key} or {@code revision-key}. */
    public List<String> story() {
        return batches.stream()
                .flatMap(List::stream)
                .map(change -> change.revision() + (change instanceof Change.Stored ? "+" : "-") + change.key())
                .toList();
    }

    public OptionalLong compacted() {
        return compacted;
    }

    public List<StoreException> failures() {
        return failures;
    }
}
