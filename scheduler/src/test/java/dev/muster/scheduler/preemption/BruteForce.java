package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tries every set of victims, and judges each by the words of the policy. */
final class BruteForce {

    private final SmallWorld world;
    private final PreemptionPolicy policy;
    private final WaitingJob job;
    private final GangRequest least;
    private final Map<String, QueueSpec> queues = new LinkedHashMap<>();
    private final List<RunningJob> gangs;

    BruteForce(SmallWorld world, PreemptionPolicy policy) {
        this.world = world;
        this.policy = policy;
        this.job = world.job;
        int granule = job.request().granule();
        int pods = (job.request().minPods() + granule - 1) / granule * granule;
        GangRequest smallest = job.request().withPods(pods, pods);
        this.least = smallest.sparesOptional() ? smallest.withSpares(0, true) : smallest;
        world.queues.forEach(queue -> queues.put(queue.name(), queue));
        this.gangs = List.copyOf(world.cluster.workload.running());
    }

    /** What is taken of each gang; gangs that are left alone are missing. */
    record Choice(Map<RunningJob, List<PlacedPod>> taken) {}

    /** How many sets there are. */
    long sets() {
        return gangs.stream().mapToLong(gang -> options(gang).size()).reduce(1, (left, right) -> left * right);
    }

    /** The cost of the best set that is allowed and suffices. */
    Optional<PlanCost> best() {
        PlanCost best = null;
        for (Choice choice : choices()) {
            PlanCost cost = cost(choice);
            if ((best == null || cost.compareTo(best) < 0) && isAllowed(choice) && suffices(choice)) {
                best = cost;
            }
        }
        return Optional.ofNullable(best);
    }

    boolean isRight(PreemptionPlan plan) {
        Map<RunningJob, List<PlacedPod>> taken = new LinkedHashMap<>();
        plan.victims().forEach(victim -> {
            List<PlacedPod> pods = new ArrayList<>(victim.run().held());
            victim.left().ifPresent(left -> pods.removeAll(left.held()));
            taken.put(victim.run(), pods);
        });
        Choice choice = new Choice(taken);
        return isAllowed(choice) && suffices(choice) && cost(choice).equals(plan.cost());
    }

    private List<Choice> choices() {
        List<Choice> choices = new ArrayList<>(List.of(new Choice(Map.of())));
        for (RunningJob gang : gangs) {
            List<Choice> longer = new ArrayList<>();
            for (Choice choice : choices) {
                for (List<PlacedPod> option : options(gang)) {
                    Map<RunningJob, List<PlacedPod>> taken = new LinkedHashMap<>(choice.taken());
                    if (!option.isEmpty()) {
                        taken.put(gang, option);
                    }
                    longer.add(new Choice(taken));
                }
            }
            choices = longer;
        }
        return choices;
    }

    private static List<List<PlacedPod>> options(RunningJob gang) {
        List<List<PlacedPod>> options = new ArrayList<>(List.of(List.of(), gang.held()));
        GangRequest request = gang.job().request();
        int leaders = request.leader().isPresent() ? 1 : 0;
        int slices = (gang.pods().size() - leaders) / request.granule();
        for (int set = 1; set < 1 << slices; set++) {
            List<PlacedPod> pods = new ArrayList<>();
            for (PlacedPod pod : gang.pods()) {
                if (pod.rank() >= leaders && (set >> ((pod.rank() - leaders) / request.granule()) & 1) == 1) {
                    pods.add(pod);
                }
            }
            if (gang.pods().size() - leaders - pods.size() >= request.minPods()) {
                options.add(pods);
            }
        }
        return options;
    }

    private PlanCost cost(Choice choice) {
        long lost = 0;
        int pods = 0;
        for (Map.Entry<RunningJob, List<PlacedPod>> entry : choice.taken().entrySet()) {
            Duration each = entry.getKey().unsaved(BusyCluster.NOW).plus(policy.restartCost());
            for (PlacedPod pod : entry.getValue()) {
                lost += pod.request().amount("gpu") * each.toMillis();
                pods++;
            }
        }
        return PlanCost.of(lost, choice.taken().keySet(), pods);
    }

    private boolean suffices(Choice choice) {
        List<RunningJob> left = new ArrayList<>();
        choice.taken().forEach((gang, pods) -> {
            world.cluster.stop(gang);
            List<PlacedPod> rest = new ArrayList<>(gang.pods());
            rest.removeAll(pods);
            if (pods.size() < gang.held().size()) {
                left.add(gang.with(rest, gang.spares()));
            }
        });
        left.forEach(world.cluster::begin);
        boolean fits = new TreeGangPlacer()
                .place(least, world.cluster.snapshot)
                .placed()
                .isPresent();
        left.forEach(world.cluster::stop);
        choice.taken().keySet().forEach(world.cluster::begin);
        return fits;
    }

    private boolean isAllowed(Choice choice) {
        for (String queue : path(job.queue())) {
            for (Map.Entry<String, Long> max : spec(queue).max().entrySet()) {
                long wanted = least.leastTotal().amount(max.getKey());
                if (wanted > 0 && after(queue, max.getKey(), choice) + wanted > max.getValue()) {
                    return false;
                }
            }
        }
        return choice.taken().keySet().stream().allMatch(gang -> mayBeTaken(gang, choice));
    }

    private boolean mayBeTaken(RunningJob gang, Choice choice) {
        if (!gang.isPreemptible(BusyCluster.NOW)) {
            return false;
        }
        boolean lower = gang.priority() < job.priority();
        if (gang.queue().equals(job.queue())) {
            return lower;
        }
        boolean outranks = policy.priorityAcrossQueues() && gang.priority() > job.priority();
        boolean fair = !outranks && isFair(gang.queue(), choice);
        boolean reason = isReclaim(gang.queue(), choice) || fair || (policy.priorityAcrossQueues() && lower);
        return reason && keepsGuarantee(gang.queue(), choice);
    }

    private boolean keepsGuarantee(String victim, Choice choice) {
        List<String> around = path(job.queue());
        for (String queue : path(victim)) {
            for (Map.Entry<String, Long> guarantee :
                    spec(queue).guaranteed().amounts().entrySet()) {
                long left = after(queue, guarantee.getKey(), choice);
                boolean loses = left < after(queue, guarantee.getKey(), new Choice(Map.of()));
                if (!around.contains(queue) && loses && left < guarantee.getValue()) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isReclaim(String victim, Choice choice) {
        List<String> path = new ArrayList<>(path(job.queue()));
        java.util.Collections.reverse(path);
        for (String queue : path) {
            ResourceVector guaranteed = spec(queue).guaranteed();
            if (!guaranteed.isZero()) {
                if (path(victim).contains(queue)) {
                    return false;
                }
                boolean named = false;
                for (Map.Entry<String, Long> guarantee : guaranteed.amounts().entrySet()) {
                    long wanted = least.leastTotal().amount(guarantee.getKey());
                    named |= wanted > 0;
                    if (wanted > 0 && after(queue, guarantee.getKey(), choice) + wanted > guarantee.getValue()) {
                        return false;
                    }
                }
                return named && spec(queue).reclaim() && spec(job.queue()).reclaim();
            }
        }
        return false;
    }

    private boolean isFair(String victim, Choice choice) {
        List<String> own = path(job.queue());
        List<String> other = path(victim);
        int depth = 0;
        while (depth < own.size() && depth < other.size() && own.get(depth).equals(other.get(depth))) {
            depth++;
        }
        double mine = share(own, depth, choice, true);
        double theirs = share(other, depth, choice, false);
        return mine <= theirs && mine < share(other, depth, new Choice(Map.of()), false);
    }

    /** Of the queue at a depth of a path; behind its end, of the jobs of the last queue itself. */
    private double share(List<String> path, int depth, Choice choice, boolean withJob) {
        double share = 0;
        for (Map.Entry<String, Long> whole :
                world.cluster.snapshot.capacity().amounts().entrySet()) {
            String resource = whole.getKey();
            long used = depth < path.size()
                    ? after(path.get(depth), resource, choice)
                    : ownAfter(path.get(path.size() - 1), resource, choice);
            long weight = depth < path.size() ? spec(path.get(depth)).weight() : 1;
            long all = used + (withJob ? least.leastTotal().amount(resource) : 0);
            share = Math.max(share, (double) all / (whole.getValue() * weight));
        }
        return share;
    }

    private long after(String queue, String resource, Choice choice) {
        long used = 0;
        for (RunningJob gang : gangs) {
            used += path(gang.queue()).contains(queue) ? left(gang, resource, choice) : 0;
        }
        return used;
    }

    private long ownAfter(String queue, String resource, Choice choice) {
        long used = 0;
        for (RunningJob gang : gangs) {
            used += gang.queue().equals(queue) ? left(gang, resource, choice) : 0;
        }
        return used;
    }

    private static long left(RunningJob gang, String resource, Choice choice) {
        long held = gang.total().amount(resource);
        for (PlacedPod pod : choice.taken().getOrDefault(gang, List.of())) {
            held -= pod.request().amount(resource);
        }
        return held;
    }

    private QueueSpec spec(String name) {
        return Optional.ofNullable(queues.get(name)).orElseThrow();
    }

    private List<String> path(String name) {
        List<String> path = new ArrayList<>();
        for (String at = name; queues.containsKey(at); at = spec(at).parent()) {
            path.add(0, at);
        }
        return path;
    }
}
