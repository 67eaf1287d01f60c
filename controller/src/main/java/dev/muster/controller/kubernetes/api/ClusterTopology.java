package dev.muster.controller.kubernetes.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** What a cluster file says beside hosts and queues; there is one, {@code default}. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("clustertopologies")
@ShortNames("mct")
@ValidationRule(value = "self.metadata.name == 'default'", message = "there is one ClusterTopology; name it default")
@AdditionalPrinterColumn(name = "Levels", jsonPath = ".status.levels")
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".status.nodes", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Unlabelled",
        jsonPath = ".status.unlabelledNodes",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Accepted", jsonPath = ".status.conditions[?(@.type==\"Accepted\")].status")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public final class ClusterTopology extends CustomResource<ClusterTopologySpec, ClusterTopologyStatus> {

    public static final String NAME = "default";

    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable ClusterTopologySpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable ClusterTopologyStatus initStatus() {
        return null;
    }
}
