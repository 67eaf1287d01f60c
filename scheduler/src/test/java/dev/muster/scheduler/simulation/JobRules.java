package dev.muster.scheduler.simulation;

import static dev.muster.scheduler.simulation.BrokenRule.need;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What holds for each job of an outcome: its state goes with its times, its placement and its reason. */
final class JobRules {

    static final Set<String> STATES = Set.of("PENDING", "RUNNING", "FINISHED", "FAILED", "CANCELLED", "REJECTED");
    static final Set<String> CODES = Set.of(
            "HELD",
            "INVALID",
            "IMPOSSIBLE",
            "QUOTA",
            "RESERVED",
            "ORDER",
            "MIN_RUNTIME",
            "EXCLUDED",
            "TOPOLOGY",
            "CAPACITY");
    private static final Set<String> HELPS = Set.of("WAIT", "PREEMPTION", "NOTHING");

    private final ScenarioWorld world;
    private final RunningRules running;

    JobRules(ScenarioWorld world, JudgedOutcome outcome) {
        this.world = world;
        this.running = new RunningRules(world, outcome);
    }

    void check(String name, Value job) {
        String state = job.get("state").textIfAny().orElse("");
        need(STATES.contains(state), name + ": has the unknown state " + job.get("state"));
        need(state.equals("RUNNING") || !job.get("placement").isFilled(), name + ": is " + state + " and holds hosts");
        if (state.equals("PENDING") || state.equals("REJECTED")) {
            waits(name, job, state);
        }
        if (state.equals("RUNNING") || state.equals("FINISHED")) {
            started(name, job, state);
        }
        if (state.equals("FINISHED")) {
            finished(name, job);
        }
        if (state.equals("RUNNING")) {
            running.check(name, job);
        }
    }

    private void waits(String name, Value job, String state) {
        Value reason = job.get("reason");
        need(
                reason.isFilled() && reason.get("code").isFilled(),
                name + ": is " + state + " without the code of a reason");
        String code = reason.get("code").text();
        need(CODES.contains(code), name + ": has the unknown reason " + code);
        need(reason.get("text").isPresent() && !reason.get("text").text().isBlank(), name + ": its reason has no text");
        need(code.equals("INVALID") == state.equals("REJECTED"), name + ": is " + state + " with the reason " + code);
        numbers(name, reason);
        need(
                !code.equals("EXCLUDED") || reason.get("excluded").isFilled(),
                name + ": is EXCLUDED without a count of hosts by cause");
        boolean never = code.equals("IMPOSSIBLE") || code.equals("INVALID");
        need(!never || !job.get("expectedStartAt").isPresent(), name + ": is " + code + " and expected to start");
    }

    private void numbers(String name, Value reason) {
        Optional<Long> required = amount(name, reason, "required");
        Optional<Long> available = amount(name, reason, "available");
        Optional<Long> missing = amount(name, reason, "short");
        if (required.isPresent() && available.isPresent() && missing.isPresent()) {
            need(
                    missing.get() == required.get() - available.get(),
                    name + ": is short of " + missing.get() + ", required " + required.get() + ", available "
                            + available.get());
        }
        reason.get("level")
                .textIfAny()
                .filter(level -> !level.isEmpty())
                .ifPresent(level -> domain(name, reason, level));
        Map<String, Value> excluded = reason.get("excluded").members();
        long hosts = 0;
        for (Value count : excluded.values()) {
            need(count.isNumber() && count.number() > 0, name + ": excludes " + reason.get("excluded") + " hosts");
            hosts += count.number();
        }
        need(hosts <= world.hosts.size(), name + ": excludes " + hosts + " hosts of " + world.hosts.size());
        reason.get("helps")
                .textIfAny()
                .ifPresent(helps -> need(HELPS.contains(helps), name + ": is helped by the unknown " + helps));
    }

    private static Optional<Long> amount(String name, Value reason, String field) {
        Optional<Long> amount = reason.get(field).numberIfAny();
        amount.ifPresent(number -> need(number >= 0, name + ": its reason has " + field + " " + number));
        return amount;
    }

    private void domain(String name, Value reason, String level) {
        need(world.levelsAndHost.contains(level), name + ": its reason names the unknown level " + level);
        reason.get("domain")
                .textIfAny()
                .filter(domain -> !domain.isEmpty())
                .ifPresent(domain -> need(
                        world.domains(level).contains(ScenarioWorld.plain(level, domain)),
                        name + ": its reason names the unknown " + level + " " + domain));
    }

    private void started(String name, Value job, String state) {
        Optional<Long> started = job.get("startedAt").numberIfAny();
        need(started.isPresent(), name + ": is " + state + " and never started");
        if (!world.job(name).initial()) {
            long submitted = world.submittedAt.getOrDefault(name, 0L);
            need(
                    started.filter(at -> submitted <= at && at <= world.until).isPresent(),
                    name + ": started at " + started + ", submitted at " + submitted + ", watched until "
                            + world.until);
        }
    }

    private void finished(String name, Value job) {
        JudgedJob asked = world.job(name);
        boolean steady =
                job.get("evictions").numberOr(0) == 0 && job.get("repairs").numberOr(0) == 0;
        Optional<Long> finished = job.get("finishedAt").numberIfAny();
        if (!asked.initial() && steady && finished.isPresent()) {
            long ran = finished.get() - job.get("startedAt").number();
            asked.walltime()
                    .ifPresent(most -> need(ran <= most, name + ": ran " + ran + " s past its walltime, " + most));
        }
    }
}
