package dev.muster.controller.config;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether gangs run as pods, and how the API server is reached. */
public final class KubernetesOptions {

    @Option(
            names = "--kubernetes",
            description =
                    "run gangs as pods of the Kubernetes cluster around this controller, or of the one that KUBECONFIG names")
    private boolean enabled;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "or of the one that this file names")
    private @Nullable Path kubeconfig;

    public boolean isEnabled() {
        return enabled || kubeconfig != null;
    }

    public Optional<Path> kubeconfig() {
        return Optional.ofNullable(kubeconfig);
    }
}
