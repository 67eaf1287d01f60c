package dev.muster.scheduler.simulation;

import static dev.muster.scheduler.simulation.BrokenRule.need;

import dev.muster.scheduler.simulation.ScenarioWorld.Spot;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a scenario expects of its whole outcome. */
final class WholeExpectations {

    static final Set<String> NAMES =
            Set.of("evicted", "maxEvicted", "untouched", "moved", "maxMoved", "maxCycles", "freeDomain", "stillFits");

    private final ScenarioWorld world;
    private final JudgedOutcome outcome;

    WholeExpectations(ScenarioWorld world, JudgedOutcome outcome) {
        this.world = world;
        this.outcome = outcome;
    }

    void check(String what, Value wanted) {
        switch (what) {
            case "evicted" ->
                need(
                        evicted().equals(new TreeSet<>(wanted.texts())),
                        "evicted " + evicted() + ", expected " + new TreeSet<>(wanted.texts()));
            case "maxEvicted" ->
                need(evicted().size() <= wanted.number(), "evicted " + evicted().size() + " jobs, at most " + wanted);
            case "untouched" -> wanted.texts().forEach(this::untouched);
            case "moved" ->
                need(
                        outcome.moved.size() == wanted.number(),
                        "moved " + outcome.moved.size() + " pods, expected " + wanted);
            case "maxMoved" ->
                need(
                        outcome.moved.size() <= wanted.number(),
                        "moved " + outcome.moved.size() + " pods, at most " + wanted);
            case "maxCycles" ->
                need(
                        outcome.text.get("cycles").isNumber()
                                && outcome.text.get("cycles").number() <= wanted.number(),
                        "took " + outcome.text.get("cycles") + " cycles, at most " + wanted);
            case "freeDomain" -> wanted.asList().forEach(this::free);
            case "stillFits" ->
                wanted.asList().forEach(gang -> need(fits(gang), "a gang " + gang + " would not fit any more"));
            default -> throw new BrokenRule("unknown expectation " + what);
        }
    }

    private Set<String> evicted() {
        Set<String> jobs = new TreeSet<>();
        outcome.evicted.forEach(eviction -> jobs.add(eviction.get("job").text()));
        return jobs;
    }

    private void untouched(String name) {
        need(!outcome.isEvicted(name), name + ": was evicted");
        need(!outcome.isMoved(name), name + ": was moved");
        Value job = outcome.jobs.get(name);
        if (job == null) {
            return;
        }
        need(
                job.get("evictions").numberOr(0) == 0 && job.get("repairs").numberOr(0) == 0,
                name + ": was evicted or repaired");
        String state = job.get("state").text();
        need(state.equals("RUNNING") || state.equals("FINISHED"), name + ": is " + state);
        if (state.equals("RUNNING") && world.job(name).initial()) {
            need(
                    Set.copyOf(outcome.places(name))
                            .equals(Set.copyOf(world.job(name).initialSpots())),
                    name + ": does not run where it did");
        }
    }

    private void free(Value wanted) {
        String level = wanted.get("level").text();
        String domain = ScenarioWorld.plain(level, wanted.get("domain").text());
        outcome.places.forEach((name, spots) -> {
            for (Spot spot : spots) {
                need(
                        !world.domain(spot.host(), level).equals(domain),
                        name + ": runs in " + level + " " + domain + ", which is to stay free");
            }
        });
    }

    /** Whether the free room of one domain of the required level, or of all, holds so many pods. */
    private boolean fits(Value gang) {
        Map<String, Map<String, Long>> used = outcome.used();
        Map<String, Long> room = new TreeMap<>();
        Map<String, Long> request = gang.get("request").numbers();
        for (String host : world.hosts.keySet()) {
            if (world.isDown(host)
                    || world.isCordoned(host)
                    || !world.hasLabels(host, gang.get("nodeSelector").members())) {
                continue;
            }
            Map<String, Long> there = used.getOrDefault(host, Map.of());
            Value capacity = world.host(host).get("capacity");
            long pods = request.entrySet().stream()
                    .filter(each -> each.getValue() > 0)
                    .mapToLong(each -> Math.floorDiv(
                            capacity.get(each.getKey()).numberOr(0) - there.getOrDefault(each.getKey(), 0L),
                            each.getValue()))
                    .min()
                    .orElseThrow(() -> new BrokenRule("malformed: the gang " + gang + " asks for nothing"));
            String domain = gang.get("required")
                    .textIfAny()
                    .map(level -> world.domain(host, level))
                    .orElse("");
            room.merge(domain, Math.max(0, pods), Long::sum);
        }
        return room.values().stream().anyMatch(most -> most >= gang.get("pods").number());
    }
}
