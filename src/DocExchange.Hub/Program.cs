using System.CommandLine;
using DocExchange.Hub.Operations;

var root = new RootCommand("DocExchange 中心：收、转、存、证。 / The hub: takes in, routes, archives, proves.")
{
    HubVerbs.Init(),
    HubVerbs.Certify(),
    HubVerbs.Run(),
    HubVerbs.CreateAdmin(),
    HubVerbs.AddUsers(),
    HubVerbs.Rebuild(),
    HubVerbs.Audit(),
};

return await HubVerbs.InvokeAsync(root, args);
