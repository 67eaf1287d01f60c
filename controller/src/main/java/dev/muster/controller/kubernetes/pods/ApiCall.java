package dev.muster.controller.kubernetes.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Optional;

/** One write to the API server; each may be made again whatever became of it the first time. */
sealed interface ApiCall {

    record CreateService(Service service) implements ApiCall {}

    record DeleteService(String namespace, String name, GangKey gang) implements ApiCall {}

    record CreatePod(Pod pod) implements ApiCall {}

    /** Gives the pod with this uid, and no other of its name, to a node. */
    record BindPod(String namespace, String name, String uid, String node) implements ApiCall {}

    /**
     * Deletes a pod of a gang.
     *
     * @param uid of the only pod that is meant; empty: whichever of this name belongs to the gang
     * @param graceSeconds 0: its containers are known to be dead, so nobody need be asked
     */
    record DeletePod(String namespace, String name, Optional<String> uid, GangKey gang, long graceSeconds)
            implements ApiCall {}
}
