package dev.muster.agent.session;

import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.health.HealthEvent;
import dev.muster.agent.health.HealthSeverity;
import dev.muster.agent.task.Progress;
import dev.muster.agent.task.RunKey;
import dev.muster.agent.task.RunListener;
import dev.muster.agent.task.RunStatus;
import dev.muster.proto.v1.AgentMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What waits to be told to the controller: of each run the latest status and progress, the latest readings, and health
 * events until they are acknowledged. Bounded, however long the controller is away. Safe for use from several threads.
 */
public final class Outbox implements RunListener {
    private static final int MAX_HEALTH_EVENTS = 256;
    private static final int MAX_ANSWERS = 1000;
    private static final int MAX_PODS = 256;

    private final Set<RunKey> changed = new LinkedHashSet<>();
    private final Map<RunKey, RunStatus> answers = new LinkedHashMap<>();
    private final Map<RunKey, Progress> progress = new LinkedHashMap<>();
    private final Map<String, HealthEvent> health = new LinkedHashMap<>();
    private final Set<String> healthSent = new LinkedHashSet<>();
    private final Set<String> changedPods = new LinkedHashSet<>();
    /** The latest of each pod, those heard of longest ago first. */
    private final Map<String, Progress> pods = new LinkedHashMap<>();

    private List<DeviceReading> readings = List.of();
    private long droppedHealthEvents;
    private long malformedProgress;
    private Runnable wake = () -> {};

    /** Sets what is called, from any thread, when there is something new. */
    synchronized void onNews(Runnable runnable) {
        wake = runnable;
    }

    @Override
    public void runChanged(RunStatus status) {
        tell(() -> changed.add(status.key()));
    }

    @Override
    public void progressed(RunKey key, Progress latest) {
        tell(() -> progress.put(key, latest));
    }

    @Override
    public synchronized void progressMalformed(RunKey key) {
        malformedProgress++;
    }

    /** How far a pod of this node has come; past the bound the one that was heard of longest ago is forgotten. */
    public void podProgressed(String podUid, Progress latest) {
        tell(() -> {
            pods.remove(podUid);
            pods.put(podUid, latest);
            changedPods.add(podUid);
            if (pods.size() > MAX_PODS) {
                String oldest = pods.keySet().iterator().next();
                pods.remove(oldest);
                changedPods.remove(oldest);
            }
        });
    }

    /** An answer about a run that is not held here. */
    void answer(RunStatus status) {
        tell(() -> {
            if (answers.size() < MAX_ANSWERS) {
                answers.put(status.key(), status);
            }
        });
    }

    /** Adds an event; past the bound the oldest that is not fatal goes. */
    public void health(HealthEvent event) {
        tell(() -> {
            health.putIfAbsent(event.id(), event);
            if (health.size() > MAX_HEALTH_EVENTS) {
                String dropped = health.values().stream()
                        .filter(candidate -> candidate.severity() != HealthSeverity.FATAL)
                        .findFirst()
                        .map(HealthEvent::id)
                        .orElseGet(() -> health.keySet().iterator().next());
                health.remove(dropped);
                healthSent.remove(dropped);
                droppedHealthEvents++;
            }
        });
    }

    /** Replaces the readings that wait. */
    public void readings(List<DeviceReading> latest) {
        tell(() -> readings = List.copyOf(latest));
    }

    synchronized void acknowledgeHealth(String id) {
        health.remove(id);
        healthSent.remove(id);
    }

    /** A new stream begins: its registration will tell of every run, so only the rest is told again. */
    synchronized void restart(Map<RunKey, Progress> latest) {
        changed.clear();
        progress.clear();
        progress.putAll(latest);
        changedPods.addAll(pods.keySet());
        healthSent.clear();
    }

    /** What must be told now, in order. What is taken counts as told on this stream. */
    synchronized List<AgentMessage> take(Function<RunKey, Optional<RunStatus>> present) {
        List<AgentMessage> messages = new ArrayList<>();
        health.values().stream()
                .filter(event -> healthSent.add(event.id()))
                .forEach(event -> messages.add(Wire.health(event)));
        // Progress first: when a run has ended, its last step is known with it.
        progress.forEach((key, latest) -> messages.add(Wire.progress(key, latest)));
        pods.forEach((uid, latest) -> {
            if (changedPods.contains(uid)) {
                messages.add(Wire.podProgress(uid, latest));
            }
        });
        answers.values().forEach(status -> messages.add(Wire.run(status)));
        changed.forEach(key -> present.apply(key).ifPresent(status -> messages.add(Wire.run(status))));
        if (!readings.isEmpty()) {
            messages.add(Wire.readings(readings));
        }
        progress.clear();
        changedPods.clear();
        answers.clear();
        changed.clear();
        readings = List.of();
        return messages;
    }

    public synchronized long malformedProgress() {
        return malformedProgress;
    }

    public synchronized long droppedHealthEvents() {
        return droppedHealthEvents;
    }

    private void tell(Runnable change) {
        Runnable listener;
        synchronized (this) {
            change.run();
            listener = wake;
        }
        listener.run();
    }
}
