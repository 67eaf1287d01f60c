package dev.muster.scheduler.simulation;

import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.JsonText;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.workload.PlacedPod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What became of a scenario. The same scenario has the same outcome to the byte, but for {@code decisionMicros}.
 *
 * @param jobs by name
 * @param cycles of the moment that needed the most to settle, the last quiet one included
 * @param decisionNanos how long the cycles took, the quickest first
 */
public record ScenarioOutcome(
        String id,
        List<String> levels,
        SortedMap<String, JobOutcome> jobs,
        List<Eviction> evicted,
        List<Move> moved,
        int cycles,
        List<Long> decisionNanos) {

    /** A job that was preempted. */
    public record Eviction(String job, long at, String by) {}

    /** A pod that was moved for another job. */
    public record Move(String job, int rank, String from, String to, long at) {}

    /**
     * One job at the end.
     *
     * @param placement what it holds, in rank order
     * @param explanation why it waits or was rejected
     */
    public record JobOutcome(
            JobState state,
            Optional<Long> startedAt,
            Optional<Long> finishedAt,
            int evictions,
            int repairs,
            List<PlacedPod> placement,
            Optional<Explanation> explanation) {}

    /** What a job can be at the end. */
    public enum JobState {
        PENDING,
        RUNNING,
        FINISHED,
        FAILED,
        CANCELLED,
        REJECTED
    }

    /** As JSON on one line. */
    public String toJson() {
        return JsonText.of(node());
    }

    private DocumentNode node() {
        Json.Members all = new Json.Members();
        jobs.forEach((name, job) -> all.put(name, node(job)));
        List<DocumentNode> evictions = new ArrayList<>();
        evicted.forEach(eviction -> evictions.add(new Json.Members()
                .put("job", Json.text(eviction.job()))
                .put("at", Json.number(eviction.at()))
                .put("by", Json.text(eviction.by()))
                .node()));
        List<DocumentNode> moves = new ArrayList<>();
        moved.forEach(move -> moves.add(new Json.Members()
                .put("job", Json.text(move.job()))
                .put("rank", Json.number(move.rank()))
                .put("from", Json.text(move.from()))
                .put("to", Json.text(move.to()))
                .put("at", Json.number(move.at()))
                .node()));
        return new Json.Members()
                .put("id", Json.text(id))
                .put("jobs", all.node())
                .put("evicted", Json.list(evictions))
                .put("moved", Json.list(moves))
                .put("cycles", Json.number(cycles))
                .put(
                        "decisionMicros",
                        new Json.Members()
                                .put("p50", Json.number(micros(decisionNanos.size() / 2)))
                                .put("max", Json.number(micros(decisionNanos.size() - 1)))
                                .node())
                .node();
    }

    private long micros(int index) {
        return decisionNanos.isEmpty() ? 0 : decisionNanos.get(index) / 1_000;
    }

    private DocumentNode node(JobOutcome job) {
        List<DocumentNode> pods = new ArrayList<>();
        job.placement()
                .forEach(pod -> pods.add(new Json.Members()
                        .put("rank", Json.number(pod.rank()))
                        .put("host", Json.text(pod.host()))
                        .node()));
        Json.Members members = new Json.Members()
                .put("state", Json.text(job.state().name()))
                .put("startedAt", Json.numberOrNull(job.startedAt()))
                .put("finishedAt", Json.numberOrNull(job.finishedAt()))
                .put("expectedStartAt", Json.numberOrNull(expected(job)))
                .put("evictions", Json.number(job.evictions()))
                .put("repairs", Json.number(job.repairs()))
                .put("placement", Json.list(pods));
        job.explanation().ifPresent(explanation -> members.put("reason", reason(explanation.rejection())));
        return members.node();
    }

    private static Optional<Long> expected(JobOutcome job) {
        return job.explanation().flatMap(Explanation::expectedStartAt).map(Instant::getEpochSecond);
    }

    private DocumentNode reason(Rejection rejection) {
        Json.Members members =
                new Json.Members().put("code", Json.text(rejection.code().name()));
        if (levels.contains(rejection.level()) || rejection.level().equals("host")) {
            members.put("level", Json.text(rejection.level())).put("domain", Json.text(rejection.domain()));
        }
        if (rejection.required() > 0) {
            members.put("required", Json.number(rejection.required()))
                    .put("available", Json.number(rejection.available()))
                    .put("short", Json.number(rejection.required() - rejection.available()));
        }
        if (!rejection.excluded().isEmpty()) {
            members.put("excluded", Json.counts(rejection.excluded()));
        }
        return members.put("helps", Json.text(rejection.helps().name()))
                .put("text", Json.text(rejection.text()))
                .node();
    }

    /** Several outcomes as a JSON array. */
    public static String toJson(List<ScenarioOutcome> outcomes) {
        return JsonText.of(
                Json.list(outcomes.stream().map(ScenarioOutcome::node).toList()));
    }
}
