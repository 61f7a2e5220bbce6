using DocExchange.Core.Refusals;
using DocExchange.Trust.Faults;

namespace DocExchange.Node.HubLink;

/// <summary>What this node found wrong with what the hub answered, said in both languages. The loop it ends begins again after a pause.</summary>
internal sealed class LinkFaultException(string chinese, string english) : Exception(english), IWorded
{
    public string Chinese { get; } = chinese;

    /// <summary>The hub gave a reason that passes by itself, such as a full disk.</summary>
    public static LinkFaultException Of(RefusedException refusal) => new($"{refusal.Refusal.ToReason()}: {refusal.Message}", $"{refusal.Refusal.ToReason()}: {refusal.English}");
}
