package dev.muster.controller.kubernetes.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A queue's place in the tree of queues and its part of the cluster. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("mq")
@ValidationRule(
        value = "size(self.metadata.name) <= 63 && self.metadata.name.matches('" + Rules.NAME + "')",
        message = "a name has 1 to 63 characters: small letters, digits and inner hyphens")
@ValidationRule(value = "self.metadata.name != 'root'", message = "root is always there; it is never declared")
@ValidationRule(
        value = "!has(self.spec) || !has(self.spec.parent) || self.spec.parent != self.metadata.name",
        message = "a queue does not lie under itself")
@AdditionalPrinterColumn(name = "Parent", jsonPath = ".spec.parent")
@AdditionalPrinterColumn(
        name = "Guaranteed",
        jsonPath = ".spec.guaranteed.accelerators",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Max", jsonPath = ".spec.max.accelerators", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Used",
        jsonPath = ".status.used.accelerators",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Running", jsonPath = ".status.running", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Pending", jsonPath = ".status.pending", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Accepted",
        jsonPath = ".status.conditions[?(@.type==\"Accepted\")].status",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public final class Queue extends CustomResource<QueueSpec, QueueStatus> {

    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable QueueSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable QueueStatus initStatus() {
        return null;
    }
}
