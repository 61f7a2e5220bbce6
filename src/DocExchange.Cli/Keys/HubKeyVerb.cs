using DocExchange.Cli.Operating;
using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Keys;

/// <summary>A verb on the keys of a running hub, and on those who answer for them.</summary>
internal abstract class HubKeyVerb(Terminal terminal, string name, string chinese, string english)
    : HubVerb<KeyAdministration.KeyAdministrationClient>(terminal, channel => new KeyAdministration.KeyAdministrationClient(channel), name, chinese, english);
