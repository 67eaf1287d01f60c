package dev.muster.controller.kubernetes.nodes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.TreeMap;

/** Pods of others, for tests. */
final class Pods {

    private Pods() {}

    static Container container(String name, Map<String, String> requests) {
        Map<String, Quantity> quantities = new TreeMap<>();
        requests.forEach((resource, amount) -> quantities.put(resource, new Quantity(amount)));
        return new ContainerBuilder()
                .withName(name)
                .withImage("registry.example/" + name + ":1")
                .withNewResources()
                .withRequests(quantities)
                .withLimits(quantities)
                .endResources()
                .build();
    }

    static Container sidecar(String name, Map<String, String> requests) {
        return new ContainerBuilder(container(name, requests))
                .withRestartPolicy("Always")
                .build();
    }

    static Pod pod(String name, String node, Container... containers) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("others")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withContainers(containers)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    static Pod ended(Pod pod) {
        return new PodBuilder(pod)
                .editStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build();
    }
}
