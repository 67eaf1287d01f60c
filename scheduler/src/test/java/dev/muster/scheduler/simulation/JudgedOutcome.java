package dev.muster.scheduler.simulation;

import static dev.muster.scheduler.simulation.BrokenRule.need;

import dev.muster.scheduler.simulation.ScenarioWorld.Spot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The outcome that is judged, indexed; what it does not say of jobs that ran at the beginning is inferred. */
final class JudgedOutcome {

    final Value text;
    final Map<String, Value> jobs;
    final List<Value> evicted;
    final List<Value> moved;
    /** Where each job of the scenario is at the end. */
    final Map<String, List<Spot>> places = new LinkedHashMap<>();

    private final ScenarioWorld world;

    JudgedOutcome(ScenarioWorld world, Value text) {
        need(text.isObject(), "the outcome is no object");
        need(text.get("jobs").isObject(), "the outcome has no object of jobs");
        this.world = world;
        this.text = text;
        this.jobs = text.get("jobs").members();
        this.evicted = text.get("evicted").items();
        this.moved = text.get("moved").items();
        world.jobs.forEach((name, job) -> {
            Value said = jobs.get(name);
            places.put(name, said == null ? inferred(name, job) : spots(said));
        });
    }

    static List<Spot> spots(Value job) {
        return job.get("placement").items().stream()
                .map(pod ->
                        new Spot((int) pod.get("rank").number(), pod.get("host").text()))
                .toList();
    }

    List<Spot> places(String job) {
        return places.getOrDefault(job, List.of());
    }

    private List<Spot> inferred(String name, JudgedJob job) {
        if (!job.initial() || isEvicted(name) || hasEnded(job) || isEnded(name)) {
            return List.of();
        }
        Map<Integer, String> at = new TreeMap<>();
        job.initialSpots().forEach(spot -> at.put(spot.rank(), spot.host()));
        for (Value move : moved) {
            if (move.get("job").text().equals(name)) {
                at.put((int) move.get("rank").numberOr(0), move.get("to").text());
            }
        }
        List<Spot> left = new ArrayList<>();
        at.forEach((rank, host) -> {
            if (!world.isDown(host)) {
                left.add(new Spot(rank, host));
            }
        });
        return left;
    }

    private boolean hasEnded(JudgedJob job) {
        long started = job.text().get("startedAt").numberOr(0);
        return Stream.of(job.text().get("duration").numberIfAny(), job.walltime())
                .flatMap(Optional::stream)
                .anyMatch(length -> started + length <= world.until);
    }

    /** Whether an event ends it. */
    private boolean isEnded(String name) {
        return world.events.stream()
                .flatMap(event -> Stream.of(event.get("finish"), event.get("cancel")))
                .anyMatch(job -> job.textIfAny().equals(Optional.of(name)));
    }

    boolean isEvicted(String job) {
        return evictions(job) > 0;
    }

    long evictions(String job) {
        return evicted.stream()
                .filter(eviction -> eviction.get("job").text().equals(job))
                .count();
    }

    boolean isMoved(String job) {
        return moved.stream().anyMatch(move -> move.get("job").text().equals(job));
    }

    /** What is in use on each host, by resource. */
    Map<String, Map<String, Long>> used() {
        Map<String, Map<String, Long>> used = new LinkedHashMap<>();
        places.forEach((name, spots) -> {
            for (Spot spot : spots) {
                need(world.hosts.containsKey(spot.host()), name + ": is on the unknown host " + spot.host());
                Map<String, Long> there = used.computeIfAbsent(spot.host(), host -> new TreeMap<>());
                world.job(name)
                        .request(spot.rank())
                        .forEach((resource, amount) -> there.merge(resource, amount, Long::sum));
            }
        });
        return used;
    }
}
