package dev.muster.controller.simulation.invariant;

import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** At rest, the scheduler's picture of hosts and queues is what the records say, counted anew. */
public final class BooksBalance extends Invariant {

    @Override
    public void atRest(ControllerCore controller) {
        ResourceVector total = ResourceVector.ZERO;
        Map<String, ResourceVector> byHost = new HashMap<>();
        for (JobRecord job : controller.model().jobs()) {
            if (job.phase().holdsHosts()) {
                ResourceVector perHost = job.spec().gang().perHost();
                for (HostAssignment part :
                        controller.model().placementOf(job).orElseThrow().everyHost()) {
                    total = total.plus(perHost);
                    byHost.merge(part.host(), perHost, ResourceVector::plus);
                }
            }
        }
        judgeHosts(controller, byHost);
        for (Map.Entry<JobKey, List<String>> nominated :
                controller.scheduling().nominated().entrySet()) {
            JobRecord job = controller.model().job(nominated.getKey()).orElseThrow();
            total = total.plus(
                    job.spec().gang().perHost().times(nominated.getValue().size()));
        }
        ResourceVector counted = total;
        ResourceVector usage = controller
                .picture()
                .queues()
                .queue(QueueSpec.ROOT)
                .orElseThrow()
                .usage();
        require(usage.equals(counted), () -> "all queues together use " + usage + ", the records say " + counted);
    }

    private void judgeHosts(ControllerCore controller, Map<String, ResourceVector> byHost) {
        Map<String, ResourceVector> booked = new HashMap<>(byHost);
        controller
                .scheduling()
                .nominated()
                .values()
                .forEach(hosts -> hosts.forEach(host -> booked.putIfAbsent(host, ResourceVector.ZERO)));
        for (ClusterHost host : controller.picture().snapshot().hosts()) {
            ResourceVector used = byHost.getOrDefault(host.name(), ResourceVector.ZERO);
            require(
                    host.isInUse() == booked.containsKey(host.name()),
                    () -> host.name() + (host.isInUse() ? " is" : " is not")
                            + " in use for the scheduler, the records say " + booked.get(host.name()));
            require(
                    used.fitsIn(host.spec().capacity()),
                    () -> host.name() + " holds " + used + ", more than its "
                            + host.spec().capacity());
            require(
                    controller.model().activeOn(host.name()).isEmpty() == used.isZero(),
                    () -> host.name() + " holds " + used + ", and the model says "
                            + controller.model().activeOn(host.name()));
        }
    }
}
