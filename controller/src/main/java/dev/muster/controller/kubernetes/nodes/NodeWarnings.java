package dev.muster.controller.kubernetes.nodes;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on a Node that it lacks labels: one Kubernetes event for each node and set of levels, whose name is made of both, so
 * that it is not written twice by another leader. For people only; what does not get through is said again at the next comparison.
 */
final class NodeWarnings implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWarnings.class);
    private static final int MOST_WAITING = 1_000;
    /** Where Kubernetes keeps the events of objects that lie in no namespace. */
    private static final String NAMESPACE = "default";

    private final KubernetesClient client;
    private final Map<String, List<String>> said = new HashMap<>();
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> {
                Thread thread = new Thread(task, "muster-node-events");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    NodeWarnings(KubernetesClient client) {
        this.client = client;
    }

    /** Called on one thread, with all that lack labels now, by node. */
    void unlabelled(Map<String, List<String>> levelsByNode) {
        synchronized (said) {
            said.keySet().retainAll(levelsByNode.keySet());
            levelsByNode.forEach((node, levels) -> {
                if (!levels.equals(said.get(node))) {
                    writer.execute(() -> write(node, levels));
                }
            });
        }
    }

    private void write(String node, List<String> levels) {
        String time = DateTimeFormatter.ISO_INSTANT.format(
                ZonedDateTime.now(ZoneOffset.UTC).withNano(0));
        try {
            client.resource(new EventBuilder()
                            .withNewMetadata()
                            .withNamespace(NAMESPACE)
                            .withName(node + ".muster-unlabelled-" + String.join("-", levels))
                            .endMetadata()
                            .withNewInvolvedObject()
                            .withApiVersion("v1")
                            .withKind("Node")
                            .withName(node)
                            .withUid(node)
                            .endInvolvedObject()
                            .withType("Warning")
                            .withReason("NoTopologyLabel")
                            .withMessage("has no label for " + String.join(", ", levels)
                                    + "; Muster takes it for far from every other node there")
                            .withFirstTimestamp(time)
                            .withLastTimestamp(time)
                            .withCount(1)
                            .withNewSource()
                            .withComponent("muster-controller")
                            .endSource()
                            .build())
                    .create();
            note(node, levels);
        } catch (KubernetesClientException problem) {
            if (problem.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                note(node, levels);
            } else {
                LOG.warn("an event on node {} was not written: {}", node, problem.getMessage());
            }
        }
    }

    private void note(String node, List<String> levels) {
        synchronized (said) {
            said.put(node, levels);
        }
    }

    @Override
    public void close() {
        writer.shutdownNow();
    }
}
