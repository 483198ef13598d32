using System.Collections.Generic;
using System.Linq;
using Declarative.Generators.Models;
using Declarative.Generators.Parsing;

namespace Declarative.Generators.Emission;

/// <summary>Writes what an annotated class declares: the set of its hyperparameters, its partial properties, and what keeps its tensors
/// out of a TorchSharp module's parameters and buffers.</summary>
internal static class DeclarationEmitter
{
    private const string Hidden = "[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]";
    private const string List = "global::System.Collections.Generic.List<global::Declarative.Hyperparameter>";
    private const string Set = "public global::Declarative.HyperparameterSet Hyperparameters => __hyperparameters ??= new global::Declarative.HyperparameterSet(";

    /// <summary>Opens the class and writes its declarations. It is left open.</summary>
    public static void Emit(SourceWriter writer, TypeModel type)
    {
        if (!type.IsSealed)
            writer.Line($"[global::Declarative.DeclaredHyperparameters({string.Join(", ", type.Hyperparameters.Select(item => $"\"{item.Name}\""))})]");
        string? contract = type.Rule is not null ? "IUpdateRule" : type.ExtendsSet ? null : "IHyperparameterOwner";
        writer.Open(type.Declarations[type.Declarations.Count - 1] + (contract is null ? "" : " : global::Declarative." + contract));
        if (type.ExtendsSet)
            ExtendedSet(writer, type);
        else
            OwnSet(writer, type);
        foreach (PropertyModel property in type.Properties)
            Property(writer, property);
        if (type.Registration == ComponentRegistration.Override)
            Registration(writer, type);
        else if (type.Registration == ComponentRegistration.Call)
            Creation(writer, type);
    }

    private static void OwnSet(SourceWriter writer, TypeModel type)
    {
        writer.Line(TypeEmitter.GeneratedCode);
        writer.Line("private global::Declarative.HyperparameterSet? __hyperparameters;");
        writer.Line();
        writer.Line("/// <summary>The hyperparameters that this class declares. Reading it first gives their fields the start values.</summary>");
        writer.Line(TypeEmitter.GeneratedCode);
        if (type.IsSealed)
        {
            writer.Line(Set);
            writer.Indent();
            writer.Open("new global::Declarative.Hyperparameter[]");
            foreach (HyperparameterModel item in type.Hyperparameters)
                writer.Line($"{Create(item)},");
            writer.Close(");");
            writer.Outdent();
            return;
        }
        writer.Line(Set + TypeChecker.DeclareMethod + "());");
        writer.Line();
        Declare(writer, type, "virtual", $"new {List}()");
    }

    // The private fields of the base class are filled by its own part.
    private static void ExtendedSet(SourceWriter writer, TypeModel type) =>
        Declare(writer, type, "override", $"base.{TypeChecker.DeclareMethod}()");

    private static void Declare(SourceWriter writer, TypeModel type, string modifier, string inherited)
    {
        writer.Line("/// <summary>Creates the hyperparameters of this class, after those that it inherits.</summary>");
        writer.Line(TypeEmitter.GeneratedCode);
        writer.Line(Hidden);
        writer.Open($"protected {modifier} {List} {TypeChecker.DeclareMethod}()");
        writer.Line($"var declared = {inherited};");
        foreach (HyperparameterModel item in type.Hyperparameters)
            writer.Line($"declared.Add({Create(item)});");
        writer.Line("return declared;");
        writer.Close();
    }

    private static string Create(HyperparameterModel item)
    {
        string ends = item.Domain == "Interval" ? $", {NumberWriter.Literal(item.Min)}, {NumberWriter.Literal(item.Max)}" : "";
        string domain = $"global::Declarative.HyperparameterDomain.Of(global::Declarative.Domain.{item.Domain}{ends})";
        string size = item.Size is null ? "" : $", {item.Size}";
        return $"new global::Declarative.{(item.IsTensor ? "TensorHyperparameter" : "NumberHyperparameter")}("
            + $"\"{item.Name}\", {domain}, {NumberWriter.Literal(item.Start)}{size}, value => this.{item.Storage} = value)";
    }

    private static void Property(SourceWriter writer, PropertyModel property)
    {
        writer.Line();
        writer.Line(TypeEmitter.GeneratedCode);
        writer.Line(property.IsTensor ? $"private global::TorchSharp.torch.Tensor {property.Storage} = null!;" : $"private double {property.Storage};");
        writer.Line();
        writer.Line(TypeEmitter.GeneratedCode);
        writer.Open(property.Header);
        if (property.Setter is null)
        {
            writer.Open("get");
            writer.Line("// Creates it, if it is read first.");
            writer.Line("var hyperparameters = this.Hyperparameters;");
            writer.Line($"return this.{property.Storage};");
            writer.Close();
        }
        else
        {
            writer.Line($"get => this.{property.Storage};");
            writer.Line($"{property.Setter} => this.{property.Storage} = value;");
        }
        writer.Close();
    }

    private static void Registration(SourceWriter writer, TypeModel type)
    {
        writer.Line();
        writer.Line("/// <summary>Registers the components of this module. Hyperparameters are none: they are created after it, and set aside");
        writer.Line("/// where they have been created before.</summary>");
        writer.Line(TypeEmitter.GeneratedCode);
        writer.Open("protected override void RegisterComponents()");
        (string Storage, string Local)[] tensors = [.. Tensors(type).Select((storage, i) => (storage, $"former{i}"))];
        foreach ((string storage, string local) in tensors)
        {
            writer.Line($"var {local} = this.{storage};");
            writer.Line($"this.{storage} = null!;");
        }
        writer.Line("base.RegisterComponents();");
        foreach ((string storage, string local) in tensors)
        {
            writer.Line($"if ({local} is not null)");
            writer.Line($"    this.{storage} = {local};");
        }
        writer.Line("var hyperparameters = this.Hyperparameters;");
        writer.Close();
    }

    private static void Creation(SourceWriter writer, TypeModel type)
    {
        writer.Line();
        writer.Line("/// <summary>Creates the hyperparameters, which are no components of this module. Call it in RegisterComponents(), after");
        writer.Line("/// base.RegisterComponents().</summary>");
        writer.Line(TypeEmitter.GeneratedCode);
        writer.Open($"private void {TypeChecker.CreateMethod}()");
        writer.Line("// Where they had been created before, they have been registered as buffers.");
        foreach (string buffer in Tensors(type).Select(storage => $"\"{storage.TrimStart('@')}\""))
        {
            writer.Line($"if (this._internal_buffers.ContainsKey({buffer}))");
            writer.Line($"    this._internal_buffers.Remove({buffer});");
        }
        writer.Line("var hyperparameters = this.Hyperparameters;");
        writer.Close();
    }

    private static IEnumerable<string> Tensors(TypeModel type) => type.Hyperparameters.Where(item => item.IsTensor).Select(item => item.Storage);
}
