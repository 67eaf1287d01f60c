package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.kubernetes.api.Amounts;
import dev.muster.controller.kubernetes.api.Api;
import dev.muster.controller.kubernetes.api.ClusterTopology;
import dev.muster.controller.kubernetes.api.ClusterTopologyStatus;
import dev.muster.controller.kubernetes.api.Queue;
import dev.muster.controller.kubernetes.api.QueueStatus;
import dev.muster.controller.kubernetes.api.StatusCondition;
import dev.muster.controller.kubernetes.nodes.NodeBook.Census;
import dev.muster.controller.kubernetes.nodes.ShapeReader.Outcome;
import dev.muster.controller.kubernetes.nodes.ShapeReader.Verdict;
import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.Views.QueueView;
import dev.muster.scheduler.job.ResourceVector;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what became of Queue and ClusterTopology objects into them, where it is not there yet. Blocks; used on one thread. */
final class ObjectStatuses {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectStatuses.class);
    private static final String ACCEPTED = "Accepted";
    private static final int MOST_NAMED = 32;
    private static final long ANSWER_SECONDS = 5;
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Api.FIELD_MANAGER)
            .withForce(true)
            .build();

    /** What a leader knows. */
    private record Lead(FleetOperations fleet, NodeWatch nodes) {}

    private final KubernetesClient client;
    private final InstantSource clock;
    private volatile Optional<Lead> lead = Optional.empty();

    ObjectStatuses(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    void lead(FleetOperations fleet, NodeWatch nodes) {
        lead = Optional.of(new Lead(fleet, nodes));
    }

    void follow() {
        lead = Optional.empty();
    }

    void write(Outcome outcome, SortedMap<String, Queue> queues, Optional<ClusterTopology> topology) {
        Optional<Lead> leading = lead;
        if (leading.isEmpty()) {
            return;
        }
        try {
            Map<String, QueueView> views = views(leading.get().fleet());
            queues.forEach((name, queue) -> Optional.ofNullable(outcome.queues().get(name))
                    .ifPresent(verdict -> write(queue, verdict, Optional.ofNullable(views.get(name)))));
            topology.ifPresent(
                    object -> write(object, outcome, leading.get().nodes().census()));
        } catch (KubernetesClientException | ExecutionException | TimeoutException problem) {
            LOG.warn("statuses of queues and topology were not written: {}; trying again", problem.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, QueueView> views(FleetOperations fleet)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, QueueView> views = new HashMap<>();
        for (QueueView view : fleet.queues().get(ANSWER_SECONDS, TimeUnit.SECONDS)) {
            views.put(view.name(), view);
        }
        return views;
    }

    private void write(Queue queue, Verdict verdict, Optional<QueueView> view) {
        QueueStatus before = queue.getStatus();
        QueueStatus status = new QueueStatus(
                queue.getMetadata().getGeneration(),
                view.map(known -> amounts(known.used())).orElse(null),
                view.map(known -> amounts(known.borrowed())).orElse(null),
                view.map(QueueView::running).orElse(null),
                view.map(QueueView::pending).orElse(null),
                List.of(accepted(verdict, queue, before == null ? null : before.conditions())));
        if (!status.equals(before)) {
            Queue applied = new Queue();
            applied.setStatus(status);
            apply(applied, queue.getMetadata().getName());
        }
    }

    private void write(ClusterTopology topology, Outcome outcome, Census census) {
        ClusterTopologyStatus before = topology.getStatus();
        ClusterTopologyStatus status = new ClusterTopologyStatus(
                topology.getMetadata().getGeneration(),
                String.join(",", outcome.shape().rules().levelNames()),
                census.domains(),
                census.nodes(),
                census.unlabelled().size(),
                census.unlabelled().keySet().stream().limit(MOST_NAMED).toList(),
                List.of(accepted(outcome.topology(), topology, before == null ? null : before.conditions())));
        if (!status.equals(before)) {
            ClusterTopology applied = new ClusterTopology();
            applied.setStatus(status);
            apply(applied, topology.getMetadata().getName());
        }
    }

    private void apply(HasMetadata object, String name) {
        object.setMetadata(new ObjectMetaBuilder().withName(name).build());
        client.resource(object).subresource("status").patch(APPLY);
    }

    /** The time is that of the last change of the status, as of every condition in Kubernetes. */
    private StatusCondition accepted(Verdict verdict, HasMetadata object, @Nullable List<StatusCondition> before) {
        String status = verdict.problem().isPresent() ? "False" : "True";
        String since = Optional.ofNullable(before).orElse(List.of()).stream()
                .filter(condition -> ACCEPTED.equals(condition.type()) && status.equals(condition.status()))
                .map(StatusCondition::lastTransitionTime)
                .findFirst()
                .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        return new StatusCondition(
                ACCEPTED,
                status,
                verdict.problem().isPresent() ? "Invalid" : "Valid",
                verdict.problem().orElse("counts as it is"),
                since,
                object.getMetadata().getGeneration());
    }

    private static Amounts amounts(ResourceVector vector) {
        long millis = vector.amount(ResourceVector.CPU_MILLIS);
        long bytes = vector.amount(ResourceVector.MEMORY_BYTES);
        return new Amounts(
                (int) Math.min(Integer.MAX_VALUE, vector.amount(ResourceVector.ACCELERATORS)),
                new IntOrString(millis % 1_000 == 0 ? Long.toString(millis / 1_000) : millis + "m"),
                new IntOrString(bytes % (1 << 20) == 0 ? (bytes >> 20) + "Mi" : Long.toString(bytes)));
    }
}
