package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.state.JobRecord;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Optional;

/** The object that a job is to users of Kubernetes. Called from any thread; never blocks. */
public interface Owners {

    /** Empty while there is none: then the gang's objects are not made yet. */
    Optional<OwnerReference> of(JobRecord job);
}
