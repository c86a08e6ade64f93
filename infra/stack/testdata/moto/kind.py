class Kind:
    """A type of resource. create returns what !Ref and !GetAtt return; describe returns what the service has
    stored, with the names of CloudFormation's properties."""

    def __init__(self, services, logical, properties):
        self.call, self.services = services.call, services
        self.logical, self.properties = logical, dict(properties)

    def only(self, *names):
        return {name: self.properties[name] for name in names if name in self.properties}

    def without(self, *names):
        return {k: v for k, v in self.properties.items() if k not in names}
