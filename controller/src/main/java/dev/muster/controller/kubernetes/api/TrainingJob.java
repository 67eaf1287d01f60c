package dev.muster.controller.kubernetes.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** A training job: the job file as {@code muster submit} takes it, and what became of it. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("tj")
@ValidationRule(
        value = "size(self.metadata.name) <= 63 && self.metadata.name.matches('" + Rules.NAME + "')",
        message = "a name has 1 to 63 characters: small letters, digits and inner hyphens")
@ValidationRule(value = "has(self.spec)", message = "spec is missing")
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.state")
@AdditionalPrinterColumn(name = "Queue", jsonPath = ".spec.queue")
@AdditionalPrinterColumn(name = "Hosts", jsonPath = ".status.hosts", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Attempt", jsonPath = ".status.attempt", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Progress",
        jsonPath = ".status.progress.step",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.reason", priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public final class TrainingJob extends CustomResource<TrainingJobSpec, TrainingJobStatus> implements Namespaced {

    private static final long serialVersionUID = 1L;

    @Override
    protected @Nullable TrainingJobSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable TrainingJobStatus initStatus() {
        return null;
    }
}
