using DocExchange.Core.Routing;

namespace DocExchange.Cli.Documents;

/// <summary>States and phases as people call them. One that a newer node knows and this program does not stays as it came.</summary>
internal static class StateWords
{
    public static string State(Screen screen, string state) => Enum.TryParse<DeliveryState>(state, out var known) ? screen.Say(known.ToChinese(), state) : state;

    public static string Phase(Screen screen, string phase) => Enum.TryParse<DocumentPhase>(phase, out var known) ? screen.Say(known.Chinese(), phase) : phase;
}
