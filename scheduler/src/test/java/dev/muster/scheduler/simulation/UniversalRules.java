package dev.muster.scheduler.simulation;

import static dev.muster.scheduler.simulation.BrokenRule.need;

import dev.muster.scheduler.simulation.ScenarioWorld.Spot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What holds for the outcome of every scenario, whatever it expects. */
final class UniversalRules {

    private final ScenarioWorld world;
    private final JudgedOutcome outcome;

    UniversalRules(ScenarioWorld world, JudgedOutcome outcome) {
        this.world = world;
        this.outcome = outcome;
    }

    void check() {
        String id = world.scenario.get("id").text();
        need(
                outcome.text.get("id").textIfAny().equals(Optional.of(id)),
                "the outcome is of " + outcome.text.get("id") + ", not of " + id);
        world.submittedAt.forEach((name, at) ->
                need(at > world.until || outcome.jobs.containsKey(name), name + ": was submitted and is not there"));
        JobRules rules = new JobRules(world, outcome);
        outcome.jobs.forEach((name, job) -> {
            need(world.jobs.containsKey(name), name + ": nobody submitted it");
            rules.check(name, job);
        });
        capacity();
        maxima();
        outcome.evicted.forEach(eviction -> known(eviction, "evicted", List.of("job")));
        outcome.moved.forEach(this::move);
    }

    private void capacity() {
        outcome.used()
                .forEach((host, used) -> used.forEach((resource, amount) -> {
                    long capacity =
                            world.host(host).get("capacity").get(resource).numberOr(0);
                    need(amount <= capacity, "host " + host + ": " + amount + " " + resource + " used of " + capacity);
                }));
    }

    private void known(Value entry, String list, List<String> names) {
        names.forEach(name -> need(entry.get(name).isPresent(), list + ": an entry lacks " + name));
        String job = entry.get("job").text();
        need(world.jobs.containsKey(job), list + ": names the unknown job " + job);
    }

    private void move(Value move) {
        known(move, "moved", List.of("job", "from", "to"));
        String job = move.get("job").text();
        String from = move.get("from").text();
        need(!from.equals(move.get("to").text()), job + ": moved from " + from + " to itself");
        boolean movable = world.job(job).text().get("movable").truthOr(false);
        need(movable || world.failedBy(from, move.get("at").numberOr(0)), job + ": moved although it is not movable");
    }

    /** No queue is above its maximum, but for one that was so at the beginning and has not grown. */
    private void maxima() {
        Map<String, Value> queues = new LinkedHashMap<>();
        world.scenario
                .get("queues")
                .items()
                .forEach(queue -> queues.put(queue.get("name").text(), queue));
        Map<String, List<Spot>> atFirst = new LinkedHashMap<>();
        world.jobs.forEach((name, job) -> atFirst.put(name, job.initialSpots()));
        Map<String, Map<String, Long>> first = usage(queues, atFirst);
        usage(queues, outcome.places)
                .forEach((queue, used) -> used.forEach((resource, amount) -> {
                    long before = first.getOrDefault(queue, Map.of()).getOrDefault(resource, 0L);
                    Optional<Long> max = Optional.ofNullable(queues.get(queue))
                            .flatMap(spec -> spec.get("max").get(resource).numberIfAny());
                    max.ifPresent(most -> need(
                            amount <= most || (before > most && amount <= before),
                            "queue " + queue + ": uses " + amount + " " + resource + " of at most " + most));
                }));
    }

    private Map<String, Map<String, Long>> usage(Map<String, Value> queues, Map<String, List<Spot>> places) {
        Map<String, Map<String, Long>> usage = new TreeMap<>();
        places.forEach((name, spots) -> {
            JudgedJob job = world.job(name);
            for (String queue : lineage(queues, job.queue())) {
                Map<String, Long> used = usage.computeIfAbsent(queue, same -> new TreeMap<>());
                for (Spot spot : spots) {
                    job.request(spot.rank()).forEach((resource, amount) -> used.merge(resource, amount, Long::sum));
                }
            }
        });
        return usage;
    }

    /** A queue and those above it, as far as they are declared. */
    private static List<String> lineage(Map<String, Value> queues, String queue) {
        List<String> lineage = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        Optional<String> at = Optional.of(queue);
        while (at.isPresent() && queues.containsKey(at.get()) && seen.add(at.get())) {
            lineage.add(at.get());
            at = Optional.ofNullable(queues.get(at.get()))
                    .flatMap(spec -> spec.get("parent").textIfAny());
        }
        return lineage;
    }
}
