package dev.muster.controller.simulation.fleet;

import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.AgentMessage.HealthReport;
import dev.muster.controller.session.AgentMessage.ProgressReport;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What waits to be told: of each run its latest state and progress, and health events until they are acknowledged. A run is
 * told as it is when it is told.
 */
final class AgentOutbox {

    private final Set<String> changed = new LinkedHashSet<>();
    private final List<RunReport> answers = new ArrayList<>();
    private final Map<String, ProgressReport> progress = new LinkedHashMap<>();
    private final Map<String, HealthEvent> health = new LinkedHashMap<>();
    private final Set<String> healthSent = new LinkedHashSet<>();

    void changed(SimulatedRun run) {
        changed.add(run.key());
    }

    void progressed(SimulatedRun run, Progress latest) {
        progress.put(
                run.key(), new ProgressReport(run.order().jobUid(), run.order().epoch(), latest));
    }

    /** An answer about a run that is not held here. */
    void answer(RunReport report) {
        answers.add(report);
    }

    void health(HealthEvent event) {
        health.putIfAbsent(event.id(), event);
    }

    void acknowledged(String healthId) {
        health.remove(healthId);
        healthSent.remove(healthId);
    }

    /** A new stream begins: its registration tells of every run, the rest is told again. */
    void restart(RunTable table) {
        changed.clear();
        progress.clear();
        table.all().forEach(run -> run.progress().ifPresent(latest -> progressed(run, latest)));
        healthSent.clear();
    }

    List<AgentMessage> take(RunTable table) {
        List<AgentMessage> messages = new ArrayList<>();
        health.values().stream()
                .filter(event -> healthSent.add(event.id()))
                .forEach(event -> messages.add(new HealthReport(event)));
        messages.addAll(progress.values());
        messages.addAll(answers);
        changed.forEach(key -> table.find(key).ifPresent(run -> messages.add(run.report())));
        progress.clear();
        answers.clear();
        changed.clear();
        return messages;
    }
}
