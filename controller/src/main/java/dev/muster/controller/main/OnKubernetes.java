package dev.muster.controller.main;

import dev.muster.controller.config.ControllerOptions;
import dev.muster.controller.kubernetes.nodes.ClusterObjects;
import dev.muster.controller.kubernetes.nodes.ClusterShape;
import dev.muster.controller.session.SessionSettings;
import dev.muster.scheduler.cluster.ClusterSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gangs are pods, and objects describe the cluster. */
final class OnKubernetes implements Site {

    private static final Logger LOG = LoggerFactory.getLogger(OnKubernetes.class);
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(15);
    private static final int CONNECT_MILLIS = 5_000;
    private static final int REQUEST_MILLIS = 10_000;

    private final KubernetesClient client;
    private final SessionSettings agents;
    private final InstantSource clock;
    private final ClusterObjects objects;
    private volatile Optional<ClusterShape> latest = Optional.empty();
    private volatile Runnable changed = () -> {};

    private OnKubernetes(KubernetesClient client, SessionSettings agents, InstantSource clock) {
        this.client = client;
        this.agents = agents;
        this.clock = clock;
        this.objects = new ClusterObjects(client, this::take, clock);
    }

    /** Begins to watch; the API server may still be away. */
    static OnKubernetes start(ControllerOptions options, InstantSource clock) {
        Config found = options.kubernetes()
                .kubeconfig()
                .map(file -> Config.fromKubeconfig(file.toFile()))
                .orElseGet(() -> Config.autoConfigure(null));
        // Whoever calls tries again in its own way; a call that is repeated underneath would only hide how long it
        // took.
        Config config = new ConfigBuilder(found)
                .withUserAgent("muster-controller/" + Version.text())
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        LOG.info("runs gangs as pods through {}", config.getMasterUrl());
        KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build();
        OnKubernetes site = new OnKubernetes(client, BareMetal.settings(options), clock);
        site.objects.start();
        return site;
    }

    private void take(ClusterShape shape) {
        latest = Optional.of(shape);
        changed.run();
    }

    @Override
    public ClusterSpec cluster() {
        return shape().cluster();
    }

    private ClusterShape shape() {
        if (latest.isPresent()) {
            return latest.get();
        }
        String where =
                "the Kubernetes API server at " + client.getConfiguration().getMasterUrl();
        try {
            return objects.first().get(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            throw new SiteException(
                    where + " has not told of Queues and ClusterTopologies within " + FIRST_ANSWER.toSeconds()
                            + " s; check that it answers, and that the chart's definitions are there",
                    silent);
        } catch (ExecutionException failed) {
            throw new SiteException(where + ": " + failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SiteException(where + ": stopped while waiting for it", interrupted);
        }
    }

    /** With the shape of now, which can be newer than the cluster it is asked for: then the lead is taken anew at once. */
    @Override
    public Substrate substrate(ClusterSpec cluster, Foundations foundations) {
        return new KubernetesSubstrate(client, shape(), objects, agents, clock, foundations);
    }

    @Override
    public void onChange(Runnable listener) {
        changed = listener;
    }

    @Override
    public void close() {
        objects.close();
        client.close();
    }
}
